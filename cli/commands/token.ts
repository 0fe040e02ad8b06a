/** `token`: redeems the stored refresh token for one resource and prints the access token, nothing else. */
import type { Cloud } from "../../config/clouds";
import { ConsentRequiredError } from "../../consent/errors";
import { tokenTags, type TokenTags } from "../../consent/tags";
import { refreshTokenNameOf, refreshTokenPrefix } from "../../consent/target";
import { redeemRefreshToken } from "../../oauth/refresh-token";
import { azureCredential } from "../../azure/credential";
import { Vault } from "../../vault/secrets";
import { UsageError } from "../exit-code";
import { printData } from "../output";
import { type TargetOptions, targetOf } from "../target-options";

export interface TokenOptions extends TargetOptions {
  /** GUID. */
  partnerTenant?: string;
}

export async function token(resource: string, options: TokenOptions): Promise<void> {
  const { cloud, vaultUri } = targetOf(options);
  const uri = resourceOf(cloud, resource);
  const vault = new Vault(cloud, vaultUri, azureCredential(cloud));
  const name = options.partnerTenant ? refreshTokenNameOf(options.partnerTenant) : await onlyTokenIn(vault);
  const stored = await vault.read(name);
  const tags = ownTags(cloud, name, stored.tags);
  // Published together: the token's tag names the secret that redeems it, also while secrets are being rotated.
  const { value: clientSecret } = await vault.read(tags["client-secret"]);
  const application = { tenantId: tags.tenant, clientId: tags.application, clientSecret };
  const { accessToken, expiresOn } = await redeemRefreshToken(cloud, application, stored.value, uri);
  const json = {
    accessToken,
    expiresOn: expiresOn.toISOString(),
    resource: uri,
    tenant: tags.tenant,
    account: tags["account-name"],
  };
  printData(accessToken, options.json ? json : undefined);
}

/** The short names, and the cloud they are looked up in. */
function resourceOf(cloud: Cloud, resource: string): string {
  const known: Record<string, string> = {
    "partner-center": cloud.partnerCenter,
    arm: cloud.resourceManager,
    graph: cloud.microsoftGraph,
    "aad-graph": cloud.azureAdGraph,
  };
  const uri = known[resource] ?? resource;
  if (!/^[a-z][a-z0-9+.-]*:\/\/\S+$/iu.test(uri)) {
    throw new UsageError(
      `There is no resource "${resource}". Say ${Object.keys(known).join(", ")}, or a resource's URI such as ${cloud.microsoftGraph}.`,
    );
  }
  return uri;
}

async function onlyTokenIn(vault: Vault): Promise<string> {
  const names = await vault.names(refreshTokenPrefix);
  const [name, ...others] = names;
  if (name === undefined) {
    throw new ConsentRequiredError(
      `There is no refresh token in ${vault.uri}: consent first, with pulumi up or secure-app-model consent.`,
    );
  }
  if (others.length === 0) return name;
  const tenants = names.map((one) => one.slice(refreshTokenPrefix.length));
  throw new UsageError(
    `${vault.uri} holds tokens of ${names.length} partner tenants. Add --partner-tenant, one of ${tenants.join(", ")}.`,
  );
}

function ownTags(cloud: Cloud, name: string, tags: Readonly<Record<string, string>>): TokenTags {
  const found = tokenTags(tags);
  if (found === undefined) {
    throw new UsageError(
      `Secret ${name} was not stored by this project: it lacks the tags that say whose token it is. Consent again with --force.`,
    );
  }
  if (found.cloud !== cloud.name) {
    throw new UsageError(
      `The token in ${name} is of ${found.cloud}, and ${cloud.name} was asked for. Use --cloud ${found.cloud}.`,
    );
  }
  return found;
}
