import type { CloudContext } from "../../cloud";
import { authenticateClient, findApplication, requireApplication, requireServicePrincipal } from "../clients";
import { refuse } from "../errors";
import { accessResponse, issueForApplication, type TokenResponse } from "../issue";
import { requireResource } from "../resources";
import { openIdScopes } from "../scopes";
import { directoryOf, isShared } from "../tenancy";
import { required, type TokenRequest } from "../token-request";

/** An application signs in as itself (RFC 6749, 4.4). */
export async function clientCredentials(context: CloudContext, request: TokenRequest): Promise<TokenResponse> {
  if (isShared(request.tenantSegment)) refuse(50059);
  const name = findApplication(context, undefined, request.clientId)?.displayName;
  const tenant = directoryOf(context, request.tenantSegment, {
    id: request.clientId,
    name: name ?? request.clientId,
    confidential: true,
  });
  const application = requireApplication(context, tenant, request.clientId);
  await authenticateClient(context, application, request);
  const client = requireServicePrincipal(tenant, application);
  const resource = requireResource(context, tenant, askedResource(request));
  const token = await issueForApplication(context, { tenant, client, resource });
  return accessResponse(token);
}

/** @throws EntraError 1002012 without one `.default`; MSAL for Go and Java also send the sign-in scopes */
function askedResource(request: TokenRequest): string {
  const scope = required(request, "scope");
  const [named = "", ...others] = scope.split(/\s+/).filter((name) => name !== "" && !openIdScopes.has(name));
  const resource = /^(\S+)\/\.default$/.exec(named)?.[1];
  return resource === undefined || others.length > 0 ? refuse(1002012, { scope }) : resource;
}
