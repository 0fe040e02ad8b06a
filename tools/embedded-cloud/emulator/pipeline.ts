import { setTimeout as sleep } from "node:timers/promises";
import type { CloudName } from "./clouds";
import { EntraError, isAadstsCode } from "./entra/errors";
import { refusalInPlace } from "./entra/refusal-in-place";
import type { Clock } from "./context";
import type { Fault, Faults } from "./faults";
import { forBrowsers } from "./pages/for-browsers";
import { clientOf, redactedPath, type RequestLog } from "./request-log";
import type { Answer } from "./server";

/** The common processing of every request of every service. */
export interface Pipeline {
  clock: Clock;
  faults: Faults;
  requests: RequestLog;
  /** Aborted when the emulator closes: a request that a fault delays then gets no response. */
  closing: AbortSignal;
  /** Requests in progress: closing waits for them. */
  underWay: Set<Promise<unknown>>;
}

/** Adds faults and the request log to a service. */
export function observed(pipeline: Pipeline, cloud: CloudName, service: string, answer: Answer): Answer {
  const { clock, faults, requests, closing, underWay } = pipeline;
  const handle: Answer = async (request, bindings) => {
    const started = performance.now();
    // Before the service responds, because a fault may close the connection.
    const { localPort: port = 0 } = bindings.incoming.socket;
    // Faults do not apply to the admin surface, which removes faults.
    const fault = isAdminPath(request) ? undefined : await faults.strike({ cloud, service, request });
    const answered = await answerOrFail(request, () =>
      fault === undefined ? answer(request, bindings) : faulty(fault, request, bindings, answer, { clock, closing }),
    );
    const response = await forBrowsers(request, service, answered);
    // The cloud's own time, as in every response of Azure, so that clients notice a moved clock.
    response.headers.set("Date", new Date(clock.now()).toUTCString());
    const client = clientOf(request.headers.get("authorization"));
    requests.add({
      cloud,
      service,
      host: `127.0.0.1:${port}`,
      method: request.method,
      path: redactedPath(new URL(request.url)),
      status: response.status,
      milliseconds: Math.round(performance.now() - started),
      ...(client === undefined ? {} : { client }),
      ...requests.remark(request),
      ...(fault === undefined ? {} : { fault: fault.id }),
    });
    return response;
  };
  return async (request, bindings) => {
    const answered = Promise.resolve(handle(request, bindings));
    underWay.add(answered);
    try {
      return await answered;
    } finally {
      underWay.delete(answered);
    }
  };
}

/** The admin surface and the overview page share the authority's origin. */
export const isAdminPath = (request: Request): boolean => /^\/(_admin(\/|$)|$)/.test(new URL(request.url).pathname);

/** A defect of the emulator is a 500 with a message on stderr: never a hanging request. */
async function answerOrFail(request: Request, answer: () => Response | Promise<Response>): Promise<Response> {
  try {
    return await answer();
  } catch (error) {
    process.stderr.write(
      `emulator: ${request.method} ${new URL(request.url).pathname} failed: ${error instanceof Error ? error.stack : String(error)}\n`,
    );
    return new Response("The emulator failed: its stderr says why.\n", { status: 500 });
  }
}

async function faulty(
  fault: Fault,
  request: Request,
  bindings: Parameters<Answer>[1],
  answer: Answer,
  { clock, closing }: Pick<Pipeline, "clock" | "closing">,
): Promise<Response> {
  if (fault.delay !== undefined) await sleep(fault.delay, undefined, { signal: closing }).catch(() => undefined);
  if (closing.aborted) return new Response(null, { status: 503 });
  if (fault.drop === true || fault.drop === "answer") {
    const unheard = fault.drop === true ? new Response(null, { status: 500 }) : await answer(request, bindings);
    bindings.incoming.socket.destroy();
    return unheard;
  }
  if (fault.entra !== undefined && isAadstsCode(fault.entra)) {
    return refusalInPlace(request, new EntraError(fault.entra), clock, fault.headers ?? {});
  }
  if (fault.status === undefined) return answer(request, bindings);
  const { status } = fault;
  if (fault.after === true) await answer(request, bindings);
  const { body, headers = {} } = fault.echo === true ? await echoed(fault, request) : fault;
  if (body === undefined) return new Response(null, { status, headers });
  return typeof body === "string" ? new Response(body, { status, headers }) : Response.json(body, { status, headers });
}

/** As a service does that quotes a request in its error. */
async function echoed(fault: Fault, request: Request): Promise<Fault> {
  const form = new URLSearchParams(request.method === "POST" ? await request.text() : "");
  const values = [...form.values(), request.headers.get("authorization") ?? ""].join(", ");
  return JSON.parse(JSON.stringify(fault).replaceAll("<request>", () => JSON.stringify(values).slice(1, -1))) as Fault;
}
