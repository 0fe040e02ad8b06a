import { createHash } from "node:crypto";
import type { CloudContext } from "../../cloud";
import { secretHash } from "../../secret-hash";
import { authenticateClientOf, isConfidential, isPublicRedirect, requireApplication } from "../clients";
import { refuse } from "../errors";
import type { TokenResponse } from "../issue";
import type { IssuedCode } from "../sign-in-state";
import { directoryOf, isShared } from "../tenancy";
import { required, type TokenRequest } from "../token-request";
import { requireUser } from "../users";
import { answerDelegated } from "./delegated";

/** Redeems an authorization code, once (RFC 6749, 4.1.3, with PKCE, RFC 7636). */
export async function authorizationCode(context: CloudContext, request: TokenRequest): Promise<TokenResponse> {
  const text = required(request, "code");
  const redirectUri = required(request, "redirect_uri");
  const code = context.signIns.codes.get(secretHash(text));
  const directory = isShared(request.tenantSegment)
    ? undefined
    : directoryOf(context, request.tenantSegment, {
        id: request.clientId,
        confidential: isConfidential(request),
      });
  const tenant = directory ?? (code === undefined ? refuse(70000) : directoryOfCode(context, code));
  const application = requireApplication(context, tenant, request.clientId);
  await authenticateClientOf(context, application, request, isPublicRedirect(application, redirectUri));
  if (code === undefined) refuse(70000);
  checkCode(context, code, { tenantId: tenant.id, clientId: application.appId, redirectUri });
  checkVerifier(code, request.fields.get("code_verifier"));
  const user = requireUser(tenant, code.userId);
  // Before the first await: of two concurrent redemptions only one may succeed.
  code.redeemed = true;
  const { scope, nonce } = code.request;
  return answerDelegated(context, request, {
    tenant,
    application,
    user,
    amr: code.amr,
    ...(code.authTime === undefined ? {} : { authTime: code.authTime }),
    scope,
    publicClient: isPublicRedirect(application, redirectUri),
    ...(nonce === undefined ? {} : { nonce }),
  });
}

const directoryOfCode = (context: CloudContext, { tenantId, request }: IssuedCode) =>
  directoryOf(context, tenantId, { id: request.clientId, confidential: false });

/**
 * @throws EntraError 700007 for another client's code, 700005 for another tenant's, 54005 for a used one,
 *   70008 after ten minutes, 500112 when the redirect URI is not the one it was sent to
 */
function checkCode(
  context: CloudContext,
  code: IssuedCode,
  redemption: { tenantId: string; clientId: string; redirectUri: string },
): void {
  if (code.request.clientId !== redemption.clientId) refuse(700007, { client: redemption.clientId });
  if (code.tenantId !== redemption.tenantId) refuse(700005);
  if (code.redeemed) refuse(54005);
  if (context.clock.now() >= code.expiresAt) refuse(70008);
  if (code.request.redirectUri !== redemption.redirectUri) {
    refuse(500112, { redirectUri: redemption.redirectUri, registered: code.request.redirectUri });
  }
}

/** @throws EntraError 501481 when verifier and challenge do not match, or only one of them is there */
function checkVerifier({ request: { codeChallenge } }: IssuedCode, verifier: string | undefined): void {
  const proof = verifier === undefined ? undefined : createHash("sha256").update(verifier).digest("base64url");
  if (proof !== codeChallenge) refuse(501481);
}
