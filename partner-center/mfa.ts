/** Whether Partner Center sees multi-factor authentication in a token: before it refuses tokens without, it tells those that ask. */
import * as v from "valibot";
import type { PartnerCenter } from "./api";
import { partnerCenterError } from "./errors";

/**
 * Sends the smallest request there is with `ValidateMfa: true`.
 *
 * The documentation names the answer `isMfaCompliant` and leaves open where it stands: a header is looked for first, as public clients
 * read it, then a property of the body. Acceptance check `partner-center-mfa-header` asks Partner Center itself (docs/acceptance.md).
 * @returns undefined when it answered without saying so
 * @throws PartnerCenterError when it refused without saying so; HttpFailure when it cannot be reached
 */
export async function askMfaCompliance(api: PartnerCenter): Promise<boolean | undefined> {
  const what = "Asking Partner Center about multi-factor authentication";
  const answer = await api.answer({ what, path: "/v1/customers?size=1", headers: { ValidateMfa: "true" } });
  const inBody = v.is(compliance, answer.body) ? String(answer.body.isMfaCompliant) : "";
  const said = (answer.headers["ismfacompliant"] ?? inBody).trim().toLowerCase();
  if (said === "true" || said === "false") return said === "true";
  if (answer.status < 300) return undefined;
  const refusal = partnerCenterError(what, answer.status, answer.body);
  if (refusal.needsMfa) return false;
  throw refusal;
}

const compliance = v.object({ isMfaCompliant: v.union([v.boolean(), v.string()]) });
