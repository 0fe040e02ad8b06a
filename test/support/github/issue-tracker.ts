/** A stand-in for GitHub's REST API of issues: what keeping one issue a stack asks of it, in memory, http on loopback. */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

export interface TrackedIssue {
  number: number;
  title: string;
  body: string;
  state: "open" | "closed";
  labels: string[];
  comments: string[];
}

export interface IssueTracker {
  /** For GITHUB_API_URL. */
  url: string;
  /** The only token it takes. */
  token: string;
  issues: TrackedIssue[];
  /** "GET /issues" and so on, in order; paths without query. */
  requests: string[];
  /** Answers the next requests, before anything else does. */
  faults: { status: number; headers?: Record<string, string>; body?: object }[];
  close(): Promise<void>;
}

interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: object;
}

type Body = Partial<{ title: string; body: string; labels: string[]; state: TrackedIssue["state"] }>;

/** @param repository owner/name; every other one is not found */
export async function startIssueTracker(repository: string): Promise<IssueTracker> {
  const tracker: Omit<IssueTracker, "close" | "url"> = { token: "tracker-token", issues: [], requests: [], faults: [] };
  const server = createServer((request, response) => {
    void answerTo(tracker, repository, request).then(({ status, headers = {}, body = {} }) => {
      response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return Object.assign(tracker, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  });
}

type Tracker = Omit<IssueTracker, "close" | "url">;

async function answerTo(tracker: Tracker, repository: string, request: IncomingMessage): Promise<Answer> {
  const { pathname, searchParams } = new URL(request.url ?? "", "http://tracker");
  const text = await textOf(request);
  const path = pathname.replace(`/repos/${repository}`, "");
  tracker.requests.push(`${request.method ?? ""} ${path}`);
  const fault = tracker.faults.shift();
  if (fault !== undefined) return fault;
  if (request.headers.authorization !== `Bearer ${tracker.token}`) return refused(401, "Bad credentials");
  if (path === pathname) return refused(404, "Not Found");
  const body = (text === "" ? {} : JSON.parse(text)) as Body;
  if (path === "/issues") return request.method === "GET" ? list(tracker, searchParams) : open(tracker, body);
  const [, number, comments] = /^\/issues\/(\d+)(\/comments)?$/.exec(path) ?? [];
  const issue = tracker.issues.find((one) => one.number === Number(number));
  if (issue === undefined) return refused(404, "Not Found");
  if (comments === undefined) Object.assign(issue, body);
  else issue.comments.push(body.body ?? "");
  return { status: comments === undefined ? 200 : 201, body: shown(issue) };
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
  const issue: TrackedIssue = { number: issues.length + 1, title, body, labels, state: "open", comments: [] };
  issues.push(issue);
  return { status: 201, body: shown(issue) };
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return text;
}
