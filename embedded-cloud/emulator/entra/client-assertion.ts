/** A client that proves itself with a signed token (RFC 7523, 2.2): of its own certificate, or of an issuer that it trusts. */
import type { CloudContext } from "../cloud";
import type { Application } from "../context";
import { parseAssertion } from "./assertion-parts";
import { checkOwnAssertion } from "./certificate-assertion";
import { checkFederated, trusts } from "./federated-assertion";

const applicationId = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/**
 * @param tenantSegment the tenant as the token endpoint's address names it
 * @throws EntraError 50027 for what is no JWT; otherwise as `checkOwnAssertion` and `checkFederated`
 */
export async function checkAssertion(
  context: CloudContext,
  application: Application,
  assertion: string,
  tenantSegment: string,
): Promise<void> {
  const parsed = await parseAssertion(assertion);
  const { iss: issuer = "" } = parsed.claims;
  // Other issuers have addresses: a GUID is an application that speaks for itself, or for another one.
  const isOwn = applicationId.test(issuer) && !trusts(application, issuer);
  if (isOwn) await checkOwnAssertion(context, application, parsed, tenantSegment);
  else await checkFederated(application, parsed, context.clock.now());
}
