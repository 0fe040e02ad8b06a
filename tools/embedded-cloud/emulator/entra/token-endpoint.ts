import type { CloudContext } from "../cloud";
import { refuseClaims } from "./claims-parameter";
import { NotServedError, refuse } from "./errors";
import { authorizationCode } from "./grants/authorization-code";
import { clientCredentials } from "./grants/client-credentials";
import { refreshToken } from "./grants/refresh-token";
import type { TokenResponse } from "./issue";
import { locateTenant, isShared } from "./tenancy";
import { readTokenRequest, type TokenRequest } from "./token-request";

const grants = new Map<string, (context: CloudContext, request: TokenRequest) => Promise<TokenResponse>>([
  ["client_credentials", clientCredentials],
  ["authorization_code", authorizationCode],
  ["refresh_token", refreshToken],
]);

/** Grants that Entra has and this emulator does not. Entra itself refuses all others. */
const notServed = new Set([
  "password",
  "urn:ietf:params:oauth:grant-type:device_code",
  "urn:ietf:params:oauth:grant-type:jwt-bearer",
]);

/** The token endpoint. @throws EntraError with the refusal; NotServedError */
export async function answerTokenRequest(
  context: CloudContext,
  request: Request,
  tenantSegment: string,
): Promise<TokenResponse> {
  if (!isShared(tenantSegment)) locateTenant(context, tenantSegment);
  const asked = await readTokenRequest(request, tenantSegment);
  const about = asked.fields.get("scope");
  context.requests.annotate(request, {
    client: asked.clientId,
    note: about === undefined ? asked.grantType : `${asked.grantType} ${about}`,
  });
  refuseClaims(asked.fields.get("claims"));
  if (asked.fields.has("resource")) refuse(901002);
  if (notServed.has(asked.grantType)) throw new NotServedError(`grant type ${asked.grantType}`);
  const grant = grants.get(asked.grantType) ?? refuse(70003, { grantType: asked.grantType });
  return grant(context, asked);
}
