/** A client's signed token (RFC 7523, 2.2), from its own certificate or an issuer that it trusts. */
import type { CloudContext } from "../cloud";
import type { Application } from "../context";
import { parseAssertion } from "./assertion-parts";
import { checkOwnAssertion } from "./certificate-assertion";
import { checkFederated, trusts } from "./federated-assertion";

const applicationId = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** @throws EntraError 50027 for a text that is no JWT, or as `checkOwnAssertion` and `checkFederated` */
export async function checkAssertion(
  context: CloudContext,
  application: Application,
  assertion: string,
  tenantSegment: string,
): Promise<void> {
  const parsed = await parseAssertion(assertion);
  const { iss: issuer = "" } = parsed.claims;
  // The issuer of a federated credential is a URL: a GUID is an application.
  const isOwn = applicationId.test(issuer) && !trusts(application, issuer);
  if (isOwn) await checkOwnAssertion(context, application, parsed, tenantSegment);
  else await checkFederated(application, parsed, context.clock.now());
}
