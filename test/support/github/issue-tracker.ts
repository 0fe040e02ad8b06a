/**
 * A stand-in for GitHub's REST API: the requests for one issue of each stack and one comment of a pull request, and for the jobs of a run;
 * in memory, http on loopback. As on GitHub a pull request's comments are an issue's, and a body has 65,536 characters at most.
 */
import type { IncomingMessage } from "node:http";
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
  };
  const standIn = await serveHttp((request, text) => ({ body: {}, ...answerTo(tracker, repository, request, text) }));
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
  if (path === pathname) return refused(404, "Not Found");
  const body = (text === "" ? {} : JSON.parse(text)) as Body;
  const { method = "" } = request;
  const answer = routes(tracker).find(({ methods, at }) => methods.includes(method) && at.test(path));
  if (answer === undefined) return refused(404, "Not Found");
  const isAllowed = answer.permissions(path).some((one) => allows(tracker.permissions[one], method));
  if (!isAllowed) return refused(403, "Resource not accessible by integration");
  if ((body.body ?? "").length > 65_536) return refused(422, "Validation Failed");
  return answer.act({ ids: (answer.at.exec(path) ?? []).slice(1).map(Number), body, query: searchParams, method });
}

interface Asked {
  ids: number[];
  body: Body;
  query: URLSearchParams;
  method: string;
}

interface Route {
  methods: readonly string[];
  at: RegExp;
  /** Permissions of which one is enough. */
  permissions: (path: string) => readonly string[];
  act: (asked: Asked) => Answer;
}

const allows = (granted: string | undefined, method: string): boolean =>
  granted === "write" || (method === "GET" && granted === "read");

function routes(tracker: Tracker): Route[] {
  const { issues, pullRequests, runs, earlier } = tracker;
  const numberIn = (path: string) => Number(/\d+/u.exec(path)?.[0]);
  const ofIssues = () => ["issues"];
  const ofComments = (path: string) =>
    pullRequests.has(numberIn(path)) || path.startsWith("/issues/comments") ? ["issues", "pull-requests"] : ["issues"];
  return [
    { methods: ["GET"], at: /^\/issues$/u, permissions: ofIssues, act: ({ query }) => list(tracker, query) },
    { methods: ["POST"], at: /^\/issues$/u, permissions: ofIssues, act: ({ body }) => open(tracker, body) },
    {
      methods: ["PATCH"],
      at: /^\/issues\/(\d+)$/u,
      permissions: ofIssues,
      act: ({ ids: [number], body }) => {
        const issue = issues.find((one) => one.number === number);
        if (issue === undefined) return refused(404, "Not Found");
        return { status: 200, body: shown(Object.assign(issue, body)) };
      },
    },
    {
      methods: ["GET", "POST"],
      at: /^\/issues\/(\d+)\/comments$/u,
      permissions: ofComments,
      act: ({ ids: [number = 0], body, query, method }) => {
        const comments = pullRequests.get(number);
        const issue = issues.find((one) => one.number === number);
        if (comments !== undefined) return method === "GET" ? page(comments, query) : write(comments, body);
        if (issue === undefined || method === "GET") return refused(404, "Not Found");
        issue.comments.push(body.body ?? "");
        return { status: 201, body: shown(issue) };
      },
    },
    {
      methods: ["PATCH"],
      at: /^\/issues\/comments\/(\d+)$/u,
      permissions: ofComments,
      act: ({ ids: [id], body }) => {
        const found = [...pullRequests.values()].flat().find((one) => one.id === id);
        if (found === undefined) return refused(404, "Not Found");
        return { status: 200, body: written(Object.assign(found, body)) };
      },
    },
    {
      methods: ["GET"],
      at: /^\/actions\/runs\/\d+$/u,
      permissions: () => ["actions"],
      act: () => ({ status: 200, body: { workflow_id: 5 } }),
    },
    {
      methods: ["GET"],
      at: /^\/actions\/workflows\/5\/runs$/u,
      permissions: () => ["actions"],
      act: ({ query }) => {
        const [from = "", to = ""] = (query.get("created") ?? "").split("..");
        const branch = query.get("branch");
        const found = earlier.filter(
          (run) => run.created_at >= from && run.created_at <= to && (branch ?? run.head_branch) === run.head_branch,
        );
        return { status: 200, body: { total_count: found.length, workflow_runs: found } };
      },
    },
    {
      methods: ["GET"],
      at: /^\/actions\/runs\/(\d+)\/jobs$/u,
      permissions: () => ["actions"],
      act: ({ ids: [run = 0] }) => {
        const jobs = runs.get(String(run));
        return jobs === undefined
          ? refused(404, "Not Found")
          : { status: 200, body: { total_count: jobs.length, jobs } };
      },
    },
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
