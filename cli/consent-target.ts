/** What `consent` is about: as the command line says, and where it says nothing as the token says that the vault holds already. */
import { ownTags, targetOfToken, tokenNames, tenantInName } from "../consent/stored-token";
import { type ConsentTarget, refreshTokenNameOf } from "../consent/target";
import { UsageError } from "./exit-code";
import { printNote } from "./output";
import { type OpenVault, tenantIdOf } from "./partner-token";

export interface ConsentTargetOptions {
  /** GUID or domain. */
  tenant?: string;
  clientId?: string;
  clientSecretName?: string;
  account?: string;
}

const whole =
  "The first consent in a tenant needs all three: --tenant <tenant> --client-id <id> --client-secret-name <name>, " +
  "which are pulumi stack output tenantId, applicationId and clientSecretName; pulumi up prints the whole line where nobody can sign in.";

/**
 * Only names come from a token's tags, and only from a version whose tags fit its cloud and its own name.
 * @throws UsageError where something is missing that no token tells
 */
export async function consentTargetOf(opened: OpenVault, options: ConsentTargetOptions): Promise<ConsentTarget> {
  const { tenant, clientId, clientSecretName, account } = options;
  const tenantId = tenant === undefined ? undefined : await tenantIdOf(opened.cloud, tenant);
  if (tenantId === undefined || clientId === undefined || clientSecretName === undefined) {
    const name = tenantId === undefined ? await onlyToken(opened) : refreshTokenNameOf(tenantId);
    return completed(await asStored(opened, name), options);
  }
  return {
    ...{ cloud: opened.cloud, vaultUri: opened.vault.uri, tenantId, clientId, clientSecretName, account },
    refreshTokenName: refreshTokenNameOf(tenantId),
    stack: "secure-app-model consent",
  };
}

async function onlyToken({ vault }: OpenVault): Promise<string> {
  const names = await tokenNames(vault);
  const [name, ...others] = names;
  if (name === undefined)
    throw new UsageError(`${vault.uri} holds no token yet that says what to consent to. ${whole}`);
  if (others.length === 0) return name;
  throw new UsageError(
    `${vault.uri} holds tokens of ${names.length} partner tenants. Add --tenant, one of ${names.map(tenantInName).join(", ")}.`,
  );
}

/** As the newest version says whose tags are to be believed; switched off or expired, it still says whose it was. */
async function asStored({ cloud, vault }: OpenVault, name: string): Promise<ConsentTarget> {
  for (const version of await vault.listVersions(name)) {
    const own = ownTags(cloud, name, version.tags);
    if (!("tags" in own)) continue;
    return { ...targetOfToken(cloud, vault.uri, name, own.tags), account: own.tags["account-name"] };
  }
  throw new UsageError(`No version of ${name} in ${vault.uri} says what was consented to. ${whole}`);
}

function completed(
  stored: ConsentTarget,
  { clientId, clientSecretName, account }: ConsentTargetOptions,
): ConsentTarget {
  const target = {
    ...stored,
    clientId: clientId ?? stored.clientId,
    clientSecretName: clientSecretName ?? stored.clientSecretName,
    account: account ?? stored.account,
  };
  printNote(
    `As ${stored.refreshTokenName} says: application ${target.clientId}, client secret ${target.clientSecretName}, account ${target.account}.`,
  );
  return target;
}
