import type { Context as Exchange, Hono } from "hono";
import type { CloudContext } from "../../cloud";
import { EntraError, errorBody, refusing } from "../errors";
import type { Flow, ProtocolVersion } from "../sign-in-state";
import { readAdminConsentRequest } from "./admin-consent-request";
import { readAsking, readAuthorizationRequest, returnAddress } from "./authorization-request";
import { errorPage } from "./pages";
import { redirectWithError } from "./redirect";
import { startFlow, steps } from "./steps";

/** Adds the authorize and adminconsent endpoints and the steps of their pages. */
export function addSignIn(app: Hono, context: CloudContext): void {
  app.get("/:tenant/oauth2/v2.0/authorize", (c) =>
    onPage(context, c, () => start(context, c, { version: "v2", purpose: "sign-in" })),
  );
  for (const [version, path] of [["v2", "/v2.0"] as const, ["v1", ""] as const]) {
    app.get(`/:tenant${path}/adminconsent`, (c) =>
      onPage(context, c, () => start(context, c, { version, purpose: "admin-consent" })),
    );
  }
  for (const [step, answer] of Object.entries(steps)) {
    app.post(`/:tenant/sign-in/${step}`, (c) =>
      onPage(context, c, async () => answer(context, new URLSearchParams(await c.req.text()))),
    );
  }
}

async function start(
  context: CloudContext,
  c: Exchange,
  { version, purpose }: { version: ProtocolVersion; purpose: Flow["request"]["purpose"] },
) {
  const tenantSegment = c.req.param("tenant") ?? "";
  const path = { version, tenantSegment };
  const url = new URL(c.req.url);
  const asking = readAsking(context, tenantSegment, url.searchParams);
  context.requests.annotate(c.req.raw, { client: asking.application.appId });
  try {
    const request =
      purpose === "sign-in"
        ? readAuthorizationRequest(context, asking, url.searchParams, path)
        : readAdminConsentRequest(asking, url.searchParams, path);
    return await startFlow(context, request, asking.application);
  } catch (error) {
    if (!(error instanceof EntraError)) throw error;
    context.requests.annotate(c.req.raw, { note: `AADSTS${error.code}` });
    return redirectWithError(
      refusing(context),
      { ...returnAddress(asking.redirectUri, url.searchParams), version, purpose },
      error,
    );
  }
}

/** For requests of a browser: a refusal that cannot be sent back to the application is shown on a page. */
async function onPage(
  context: CloudContext,
  c: Exchange,
  answer: () => Promise<Response> | Response,
): Promise<Response> {
  try {
    return await answer();
  } catch (error) {
    if (!(error instanceof EntraError)) throw error;
    context.requests.annotate(c.req.raw, { note: `AADSTS${error.code}` });
    return errorPage(error, errorBody(error, refusing(context)));
  }
}
