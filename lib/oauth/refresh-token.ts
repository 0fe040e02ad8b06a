/** Redeems a refresh token for one resource. Entra answers a rolled token; the old one stays valid. */
import type { Cloud } from "../config/clouds";
import type { Fix } from "../errors/failure";
import { EntraError } from "./aadsts";
import type { ApplicationCredential } from "./confidential-client";
import { asEntraError, namesOfScopes, requestTokens, scopeOf, unexpectedAnswer } from "./token-request";

/** Entra's tokens for one resource, in memory only. */
export interface Tokens {
  accessToken: string;
  expiresOn: Date;
  /** The rolled refresh token; expires in 90 days. */
  refreshToken: string;
  resource: string;
  /** Names of delegated permissions: the only proof of grants that needs no right to read the directory. */
  scopes: readonly string[];
}

/** @param resource its registered URI, with or without a final slash, or its client id @throws EntraError */
export async function redeemRefreshToken(
  cloud: Cloud,
  application: ApplicationCredential,
  refreshToken: string,
  resource: string,
): Promise<Tokens> {
  const what = `Redeeming the refresh token for ${resource}`;
  // Without offline_access Entra rolls no refresh token.
  const scope = `${scopeOf(resource)} openid profile offline_access`;
  const grant = { grant_type: "refresh_token", refresh_token: refreshToken, scope };
  const tokens = await requestTokens(cloud, application, grant).catch((error: unknown) => {
    throw ofResource(asEntraError(what, error, application), cloud, resource);
  });
  const { access_token: accessToken, refresh_token: rolled, expiresOn, scope: given } = tokens;
  if (accessToken === "" || rolled === "") throw unexpectedAnswer(`${what} answered no complete set of tokens.`);
  const scopes = namesOfScopes(given.split(" ").filter(Boolean));
  return { accessToken, expiresOn, refreshToken: rolled, resource, scopes };
}

/** The error with fixes for this resource: a setting that declares a permission helps only its own resource. */
function ofResource(error: unknown, cloud: Cloud, resource: string): unknown {
  if (!(error instanceof EntraError) || error.remedy !== "permission") return error;
  const declares = {
    azureManagement: cloud.resourceManager,
    delegatedGraph: cloud.microsoftGraph,
    "permissions.legacy": cloud.azureAdGraph,
  };
  const others = Object.entries(declares).flatMap(([setting, uri]) => (resource.startsWith(uri) ? [] : [setting]));
  const isOther = ({ commands = [] }: Fix) =>
    commands.some(({ args }) => args.some((one) => others.some((setting) => one.endsWith(`:${setting}`))));
  const { what, why, fixes } = error;
  return new EntraError(error.error, error.aadsts, error.remedy, {
    what,
    why,
    fixes: fixes.filter((one) => !isOther(one)),
  });
}
