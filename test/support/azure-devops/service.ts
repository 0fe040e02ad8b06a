/**
 * A stand-in for Azure DevOps' REST API, 7.1, after its documents: the work items of one project, the threads of one pull request and the
 * timelines of builds; in memory, http on loopback. An invalid token gets the page of a sign-in, unless a header suppresses it.
 */
import type { IncomingMessage } from "node:http";
import { type HttpAnswer as Answer, type HttpStandIn, serveHttp } from "../stand-in/http";

export interface WorkItem {
  id: number;
  fields: Record<string, string>;
  history: string[];
}

interface Thread {
  id: number;
  status: string;
  comments: { id: number; content: string; author: { id: string } }[];
}

interface TimelineRecord {
  id: string;
  parentId: string | null;
  type: string;
  name: string;
  startTime: string | null;
  result: string | null;
}

/** At what SYSTEM_COLLECTIONURI names, with a slash at its end. */
export interface AzureDevOpsService extends HttpStandIn {
  token: string;
  user: string;
  workItems: WorkItem[];
  threads: Thread[];
  timelines: Map<string, TimelineRecord[]>;
  /** Rights that the token lacks: the response is 403. */
  forbidden: RegExp | undefined;
}

/** States of a Task in the process Basic, which has others than Agile. */
const states = [
  { name: "To Do", category: "Proposed" },
  { name: "Doing", category: "InProgress" },
  { name: "Done", category: "Completed" },
];

const project = "/partner%20program/_apis";

type Service = Omit<AzureDevOpsService, keyof HttpStandIn>;

interface Asked {
  service: Service;
  found: readonly string[];
  query: URLSearchParams;
  body: Record<string, unknown>;
}

const ok = (body: object): Answer => ({ status: 200, body });
const list = (value: object[]): Answer => ok({ count: value.length, value });
const missing: Answer = { status: 404, body: { message: "TF401232: it does not exist." } };

const routes: readonly [method: string, at: RegExp, act: (asked: Asked) => Answer][] = [
  ["GET", /^\/_apis\/connectionData$/u, ({ service }) => ok({ authenticatedUser: { id: service.user } })],
  ["POST", /\/wit\/wiql$/u, ({ service, body }) => ok({ workItems: queried(service, String(body["query"])) })],
  ["GET", /\/wit\/workitemtypes\/Task\/states$/u, () => list(states)],
  [
    "GET",
    /\/wit\/workitems$/u,
    ({ service, query }) => {
      const ids = (query.get("ids") ?? "").split(",").map(Number);
      return list(service.workItems.filter(({ id }) => ids.includes(id)));
    },
  ],
  [
    "POST",
    /\/wit\/workitems\/\$Task$/u,
    ({ service, body }) => {
      const one = { id: service.workItems.length + 1, fields: { "System.State": "To Do" }, history: [] };
      service.workItems.push(one);
      return patched(one, body);
    },
  ],
  [
    "PATCH",
    /\/wit\/workitems\/(\d+)$/u,
    ({ service, found: [id], body }) => {
      const one = service.workItems.find((item) => item.id === Number(id));
      return one === undefined ? missing : patched(one, body);
    },
  ],
  ["GET", /\/git\/repositories\/r\/pullRequests\/7\/threads$/u, ({ service }) => list(service.threads)],
  [
    "POST",
    /\/git\/repositories\/r\/pullRequests\/7\/threads$/u,
    ({ service, body }) => {
      const { comments, status } = body as { comments: { content: string }[]; status: string };
      const written = comments.map(({ content }, index) => ({ id: index + 1, content, author: { id: service.user } }));
      const thread = { id: service.threads.length + 100, status, comments: written };
      service.threads.push(thread);
      return ok(thread);
    },
  ],
  [
    "PATCH",
    /\/git\/repositories\/r\/pullRequests\/7\/threads\/(\d+)\/comments\/(\d+)$/u,
    ({ service, found: [thread, id], body }) => {
      const comments = service.threads.find((one) => one.id === Number(thread))?.comments ?? [];
      const comment = comments.find((one) => one.id === Number(id));
      if (comment === undefined) return missing;
      if (comment.author.id !== service.user) return { status: 403, body: { message: "Only its author may edit it." } };
      return ok(Object.assign(comment, body));
    },
  ],
  [
    "GET",
    /\/build\/builds\/(\d+)\/timeline$/u,
    ({ service, found: [build = ""] }) => {
      const records = service.timelines.get(build);
      return records === undefined ? missing : ok({ records });
    },
  ],
];

function queried({ workItems }: Service, query: string): { id: number }[] {
  const [, tag = ""] = /\[System\.TeamProject\] = @project AND \[System\.Tags\] CONTAINS '([^']+)'/u.exec(query) ?? [];
  return workItems
    .filter(({ fields }) => (fields["System.Tags"] ?? "").split("; ").includes(tag))
    .map(({ id }) => ({ id }));
}

function patched(one: WorkItem, body: object): Answer {
  for (const { op, path, value } of Object.values(body) as { op: string; path: string; value: string }[]) {
    const name = /^\/fields\/(.+)$/u.exec(path)?.[1] ?? "";
    const isState = name !== "System.State" || states.some((state) => state.name === value);
    if (op !== "add" || name === "" || !isState) return { status: 400, body: { message: `TF401320: ${name}.` } };
    if (name === "System.History") one.history.push(value);
    else one.fields[name] = value;
  }
  return ok(one);
}

export async function startAzureDevOps(): Promise<AzureDevOpsService> {
  const service: Service = {
    token: "job-token-0123456789",
    user: "b0000000-0000-4000-8000-000000000001",
    workItems: [],
    threads: [],
    timelines: new Map(),
    forbidden: undefined,
  };
  const { url, close } = await serveHttp((request, text) => answerTo(service, request, text));
  return Object.assign(service, { url: `${url}/`, close });
}

function answerTo(service: Service, request: IncomingMessage, text: string): Answer {
  const { method = "", headers } = request;
  const { pathname, searchParams: query } = new URL(request.url ?? "", "http://azure-devops");
  if (headers.authorization !== `Bearer ${service.token}`)
    return { status: headers["x-tfs-fedauthredirect"] === "Suppress" ? 401 : 203, body: {} };
  if (query.get("api-version") !== "7.1") return { status: 400, body: { message: "No api-version was supplied." } };
  if (service.forbidden?.test(pathname)) return { status: 403, body: { message: "TF401027: You need a permission." } };
  const isPatch = pathname.includes("/wit/workitems/") && method !== "GET";
  if (isPatch && headers["content-type"] !== "application/json-patch+json") return { status: 415, body: {} };
  if (!pathname.startsWith(project) && pathname !== "/_apis/connectionData") return missing;
  for (const [verb, at, act] of routes) {
    const found = verb === method ? at.exec(pathname) : null;
    if (found !== null)
      return act({
        service,
        found: found.slice(1),
        query,
        body: text === "" ? {} : (JSON.parse(text) as Record<string, unknown>),
      });
  }
  return missing;
}
