/**
 * A stand-in for GitHub's REST API: the requests for one issue of each stack and one comment of a pull request, and for the jobs of a run;
 * in memory, http on loopback. As on GitHub a pull request's comments are an issue's, and a body has 65,536 characters at most.
 */
import type { IncomingMessage } from "node:http";
import { createFaults, type Faults } from "../../../tools/embedded-cloud/testing/emulator";
import { type HttpAnswer as Answer, type HttpStandIn, serveHttp } from "../stand-in/http";

export interface TrackedIssue {
  number: number;
  title: string;
  body: string;
  state: "open" | "closed";
  labels: string[];
  comments: string[];
  user: Author;
}

/** A workflow's token, and an app, write as a bot. */
interface Author {
  type: "Bot" | "User";
}

export interface PullComment {
  id: number;
  body: string;
  user: Author;
}

/** A job of a run, in the API's form. */
export interface TrackedJob {
  name: string;
  workflow_name: string;
  html_url: string;
  status?: string;
  conclusion: string | null;
  created_at?: string;
  steps: { name: string; conclusion: string | null }[];
}

/** A run of the workflow. */
interface TrackedRun {
  id: number;
  status: string;
  event: string;
  created_at: string;
  head_branch: string;
}

export interface IssueTracker extends HttpStandIn {
  /** The only accepted token. */
  token: string;
  /** The token's permissions: "read" or "write". Default: all. */
  permissions: Readonly<Record<string, string>>;
  issues: TrackedIssue[];
  pullRequests: Map<number, PullComment[]>;
  runs: Map<string, TrackedJob[]>;
  /** Runs that were created before. */
  earlier: TrackedRun[];
  /** "GET /issues" and so on, in order; paths without query. */
  requests: string[];
  /** Responds to the next requests, before anything else does. */
  faults: Answer[];
  /** The embedded cloud's, for what any service does that has a fault for a moment: they come before those of `faults`. */
  passing: Faults;
}

type Body = Partial<{ title: string; body: string; labels: string[]; state: TrackedIssue["state"] }>;

/** @param repository owner/name; every other one is not found */
export async function startIssueTracker(repository: string): Promise<IssueTracker> {
  const tracker: Tracker = {
    token: "tracker-token",
    permissions: { actions: "read", issues: "write", "pull-requests": "write" },
    issues: [],
    pullRequests: new Map(),
    runs: new Map(),
    earlier: [],
    requests: [],
    faults: [],
    passing: createFaults(),
  };
  const standIn = await serveHttp(async (request, text) => {
    const { method = "GET", url = "" } = request;
    const struck = { cloud: "", service: "gitHub", request: new Request(new URL(url, "http://tracker"), { method }) };
    const fault = await tracker.passing.strike(struck);
    const answer = (): Answer => answerTo(tracker, repository, request, text);
    if (fault === undefined) return { body: {}, ...answer() };
    const { status = 500, headers = {}, after, drop } = fault;
    if (after === true || drop === "answer") answer();
    return drop === undefined ? { status, headers, body: {} } : "drop";
  });
  return Object.assign(tracker, standIn);
}

type Tracker = Omit<IssueTracker, keyof HttpStandIn>;

function answerTo(tracker: Tracker, repository: string, request: IncomingMessage, text: string): Answer {
  const { pathname, searchParams } = new URL(request.url ?? "", "http://tracker");
  const path = pathname.replace(`/repos/${repository}`, "");
  tracker.requests.push(`${request.method ?? ""} ${path}`);
  const fault = tracker.faults.shift();
  if (fault !== undefined) return fault;
  if (request.headers.authorization !== `Bearer ${tracker.token}`) return refused(401, "Bad credentials");
  if (path === pathname) return missing;
  const body = (text === "" ? {} : JSON.parse(text)) as Body;
  const { method = "" } = request;
  const route = routes(tracker, path).find(([methods, at]) => methods.split(" ").includes(method) && at.test(path));
  if (route === undefined) return missing;
  const [, at, permissions, act] = route;
  const isAllowed = permissions.some((one) => allows(tracker.permissions[one], method));
  if (!isAllowed) return refused(403, "Resource not accessible by integration");
  if ((body.body ?? "").length > 65_536) return refused(422, "Validation Failed");
  return act({ ids: (at.exec(path) ?? []).slice(1).map(Number), body, query: searchParams, method });
}

interface Asked {
  ids: number[];
  body: Body;
  query: URLSearchParams;
  method: string;
}

/** @param permissions of which one is enough */
type Route = readonly [methods: string, at: RegExp, permissions: readonly string[], act: (asked: Asked) => Answer];

const allows = (granted: string | undefined, method: string): boolean =>
  granted === "write" || (method === "GET" && granted === "read");

const found = (body: object): Answer => ({ status: 200, body });
const missing: Answer = { status: 404, body: { message: "Not Found" } };

/** A pull request's comments are an issue's, for whoever may write either. */
function routes(tracker: Tracker, path: string): Route[] {
  const { issues, pullRequests, runs, earlier } = tracker;
  const isOfPull = pullRequests.has(Number(/\d+/u.exec(path)?.[0]));
  const ofComments = isOfPull || path.startsWith("/issues/comments") ? ["issues", "pull-requests"] : ["issues"];
  const changeIssue: Route[3] = ({ ids: [number], body }) => {
    const issue = issues.find((one) => one.number === number);
    return issue === undefined ? missing : found(shown(Object.assign(issue, body)));
  };
  const comments: Route[3] = ({ ids: [number = 0], body, query, method }) => {
    const ofPull = pullRequests.get(number);
    const issue = issues.find((one) => one.number === number);
    if (ofPull !== undefined) return method === "GET" ? page(ofPull, query) : write(ofPull, body);
    if (issue === undefined || method === "GET") return missing;
    issue.comments.push(body.body ?? "");
    return { status: 201, body: shown(issue) };
  };
  const changeComment: Route[3] = ({ ids: [id], body }) => {
    const comment = [...pullRequests.values()].flat().find((one) => one.id === id);
    return comment === undefined ? missing : found(written(Object.assign(comment, body)));
  };
  const earlierRuns: Route[3] = ({ query }) => {
    const [from = "", to = ""] = (query.get("created") ?? "").split("..");
    const branch = query.get("branch");
    const all = earlier.filter(
      ({ created_at: at, head_branch: of }) => at >= from && at <= to && (branch === null || branch === of),
    );
    return found({ total_count: all.length, workflow_runs: all });
  };
  const jobs: Route[3] = ({ ids: [run = 0] }) => {
    const all = runs.get(String(run));
    return all === undefined ? missing : found({ total_count: all.length, jobs: all });
  };
  return [
    ["GET", /^\/issues$/u, ["issues"], ({ query }) => list(tracker, query)],
    ["POST", /^\/issues$/u, ["issues"], ({ body }) => open(tracker, body)],
    ["PATCH", /^\/issues\/(\d+)$/u, ["issues"], changeIssue],
    ["GET POST", /^\/issues\/(\d+)\/comments$/u, ofComments, comments],
    ["PATCH", /^\/issues\/comments\/(\d+)$/u, ofComments, changeComment],
    ["GET", /^\/actions\/runs\/\d+$/u, ["actions"], () => found({ workflow_id: 5 })],
    ["GET", /^\/actions\/workflows\/5\/runs$/u, ["actions"], earlierRuns],
    ["GET", /^\/actions\/runs\/(\d+)\/jobs$/u, ["actions"], jobs],
  ];
}

const written = (one: PullComment): object => ({ ...one, html_url: `https://github.example/pull#${one.id}` });

function page(comments: readonly PullComment[], query: URLSearchParams): Answer {
  const [number, size] = [Number(query.get("page")), Number(query.get("per_page"))];
  return { status: 200, body: comments.slice((number - 1) * size, number * size).map(written) };
}

function write(comments: PullComment[], { body = "" }: Body): Answer {
  const one: PullComment = { id: 1000 + comments.length, body, user: { type: "Bot" } };
  comments.push(one);
  return { status: 201, body: written(one) };
}

const refused = (status: number, message: string): Answer => ({ status, body: { message } });

const shown = (issue: TrackedIssue): object => ({
  ...issue,
  html_url: `https://github.example/issues/${issue.number}`,
});

function list({ issues }: Tracker, query: URLSearchParams): Answer {
  const [page, size] = [Number(query.get("page")), Number(query.get("per_page"))];
  const asked = issues.filter(
    ({ state, labels }) => state === query.get("state") && labels.includes(query.get("labels") ?? ""),
  );
  return { status: 200, body: asked.slice((page - 1) * size, page * size).map(shown) };
}

function open({ issues }: Tracker, { title = "", body = "", labels = [] }: Body): Answer {
  const number = issues.length + 1;
  const issue: TrackedIssue = { number, title, body, labels, state: "open", comments: [], user: { type: "Bot" } };
  issues.push(issue);
  return { status: 201, body: shown(issue) };
}
