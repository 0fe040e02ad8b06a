import type { Context as Exchange, Hono } from "hono";
import type { CloudContext } from "../../cloud";
import type { RequestLog } from "../../request-log";
import { EntraError, errorBody } from "../errors";
import type { ProtocolVersion } from "../sign-in-state";
import { readAsking, readAuthorizationRequest, type Asking } from "./authorization-request";
import { errorPage } from "./pages";
import { redirectWithError } from "./redirect";
import { answerConsent, answerPassword, answerSecondFactor, startFlow } from "./steps";

/** Adds the authorize endpoints and the steps of the pages they lead to. */
export function addSignIn(app: Hono, context: CloudContext, log: RequestLog): void {
  for (const [version, path] of [["v2", "/v2.0"] as const, ["v1", ""] as const]) {
    app.get(`/:tenant/oauth2${path}/authorize`, (c) =>
      onPage(context, log, c, () => authorize(context, log, c, version)),
    );
  }
  for (const [step, answer] of [
    ["password", answerPassword],
    ["second-factor", answerSecondFactor],
    ["consent", answerConsent],
  ] as const) {
    app.post(`/:tenant/sign-in/${step}`, (c) =>
      onPage(context, log, c, async () => answer(context, new URLSearchParams(await c.req.text()))),
    );
  }
}

async function authorize(context: CloudContext, log: RequestLog, c: Exchange, version: ProtocolVersion) {
  const tenantSegment = c.req.param("tenant") ?? "";
  const url = new URL(c.req.url);
  const asking = readAsking(context, tenantSegment, url.searchParams);
  log.annotate(c.req.raw, { client: asking.application.appId });
  try {
    const request = readAuthorizationRequest(context, asking, url.searchParams, { version, tenantSegment });
    return await startFlow(context, request, asking.application);
  } catch (error) {
    if (!(error instanceof EntraError)) throw error;
    log.annotate(c.req.raw, { note: `AADSTS${error.code}` });
    return redirectWithError(context, returnAddress(asking, url.searchParams), error);
  }
}

function returnAddress({ redirectUri }: Asking, query: URLSearchParams) {
  const responseMode = query.get("response_mode") === "fragment" ? ("fragment" as const) : ("query" as const);
  const state = query.get("state");
  return { redirectUri, responseMode, ...(state === null ? {} : { state }) };
}

/** A person is looking: what cannot be sent back to the application is shown on a page. */
async function onPage(
  context: CloudContext,
  log: RequestLog,
  c: Exchange,
  answer: () => Promise<Response>,
): Promise<Response> {
  try {
    return await answer();
  } catch (error) {
    if (!(error instanceof EntraError)) throw error;
    log.annotate(c.req.raw, { note: `AADSTS${error.code}` });
    return errorPage(error, errorBody(error, context.clock.now()));
  }
}
