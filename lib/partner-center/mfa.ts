/** Partner Center's own test of whether a token shows multi-factor authentication. */
import * as v from "valibot";
import type { PartnerCenter } from "./api";
import { partnerCenterError } from "./errors";

/**
 * The result `isMfaCompliant` is documented, its place is not: as in public clients, the header is read first, then
 * the body. Acceptance check: `partner-center-mfa-header` (docs/acceptance.md).
 * @returns undefined when the response does not contain it @throws PartnerCenterError, HttpFailure
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
