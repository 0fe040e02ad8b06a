/** The target of `consent`: from the command line, and otherwise from the vault's tokens. */
import { again, Failure, ownCommand, run, sentence } from "../../lib/errors/failure";
import { ForeignTokenError, OtherCloudError } from "../../lib/token/errors";
import { redeemIn } from "../../lib/token/redeem";
import { ownTags, readToken, targetOfToken, tokenNames } from "../../lib/token/stored-token";
import { noStack } from "../../lib/token/tags";
import { type ConsentTarget, refreshTokenNameOf } from "../../lib/token/target";
import { PartnerCenter } from "../../lib/partner-center/api";
import { UsageError } from "../terminal/exit-code";
import { printNote } from "../terminal/output";
import { nameAll, type OpenVault, severalTokens, tenantIdOf } from "../redemption/partner-token";

export interface ConsentTargetOptions {
  /** GUID or domain. */
  tenant?: string;
  clientId?: string;
  /** The vault secret with the credential. */
  credential?: string;
  account?: string;
  /** Then no credential is needed. */
  asAdministrator?: boolean;
}

function firstConsent(what: string): UsageError {
  const why = "The first consent needs all three. pulumi up prints the whole command where nobody can sign in.";
  return new UsageError({ what, why }, nameAll);
}

/** @param consequence of taking it: "and this would …" */
export function onlyTagged(
  { vaultUri, clientId }: Pick<ConsentTarget, "vaultUri" | "clientId">,
  consequence: string,
): UsageError {
  const what = `Only a tag in ${vaultUri} names the application, ${clientId}, ${consequence}.`;
  const why = "Everyone who can write to the vault can set its tags.";
  const naming = run("Name the application (the stack's output applicationId)", again("--client-id", "<client id>"));
  return new UsageError({ what, why }, naming);
}

/** Tags give names, if they agree with their cloud and the secret's name. @throws UsageError */
export async function consentTargetOf(opened: OpenVault, options: ConsentTargetOptions): Promise<ConsentTarget> {
  const { tenant, clientId, credential, account } = options;
  const { cloud, vault } = opened;
  const tenantId = tenant === undefined ? undefined : await tenantIdOf(cloud, tenant, "--tenant");
  if (tenantId !== undefined && clientId !== undefined && credential !== undefined) {
    const refreshTokenName = refreshTokenNameOf(tenantId);
    // The consent reports what it may not read.
    const stored = await storedIn(opened, refreshTokenName).catch(ifFailure);
    if (stored !== undefined) await requireCredentialOf(opened, clientId, credential, stored);
    const names = { tenantId, clientId, credential, refreshTokenName, account };
    return { cloud, vaultUri: vault.uri, ...names, permissions: [], stack: noStack, isCommand: true };
  }
  const storedToken = tenantId === undefined ? await onlyToken(opened) : await tokenOf(opened, tenantId);
  if (clientId !== undefined && options.asAdministrator !== true)
    await requireCredentialOf(opened, clientId, credential ?? storedToken.credential, storedToken);
  const { source, ...stored } = storedToken;
  const target: ConsentTarget = {
    ...stored,
    clientId: clientId ?? stored.clientId,
    credential: credential ?? stored.credential,
    account: account ?? stored.account,
    isCommand: true,
  };
  printNote(
    `From the tags of ${source}: application ${target.clientId}, credential ${target.credential}` +
      (target.account === undefined ? "." : `, account ${target.account}.`),
  );
  return target;
}

const ifFailure = (error: unknown): undefined => {
  if (!(error instanceof Failure)) throw error;
};

/** @param named the vault secret with a credential @throws UsageError where it is another application's, or only that one's token is there */
async function requireCredentialOf(
  { vault }: OpenVault,
  clientId: string,
  named: string,
  { source, ...stored }: StoredTarget,
): Promise<void> {
  if (clientId.toLowerCase() === stored.clientId.toLowerCase()) return;
  const isOf = `is of application ${stored.clientId}, not of ${clientId}`;
  if (named === stored.credential) {
    const what = `The credential ${named}, which the tags of ${source} name, ${isOf}.`;
    throw new UsageError({ what, why: "Entra would refuse it after the sign-in." }, nameAll);
  }
  // If the login may not list the secret, the consent tries it.
  const held = await vault.listVersions(named).then((all) => all.length > 0, ifFailure);
  if (held !== false) return;
  const what = `The token ${source} in ${vault.uri} ${isOf}, and there is no credential ${named} in that vault.`;
  throw new UsageError({ what, why: "Vault and application are of different stacks." }, nameAll);
}

/** A target with the name of its token. */
type StoredTarget = ConsentTarget & { source: string };

async function onlyToken(opened: OpenVault): Promise<StoredTarget> {
  const { vault } = opened;
  const names = await tokenNames(vault);
  const [name, ...others] = names;
  if (name === undefined)
    throw firstConsent(`${vault.uri} has no token yet: tenant, application and account are not known from its tags.`);
  if (others.length > 0) throw severalTokens(vault, names, "--tenant");
  const stored = await storedIn(opened, name);
  if (stored !== undefined) return stored;
  throw firstConsent(`No version of ${name} in ${vault.uri} has the tags of a consent.`);
}

/** A tenant's own token; for a vendor's new partner what all other tokens share. */
async function tokenOf(opened: OpenVault, tenantId: string): Promise<StoredTarget> {
  const { cloud, vault } = opened;
  const name = refreshTokenNameOf(tenantId);
  const own = await storedIn(opened, name);
  if (own !== undefined) return own;
  const others = await Promise.all((await tokenNames(vault)).map((other) => storedIn(opened, other)));
  const [first, ...more] = others.filter((one) => one !== undefined);
  const agreed = more.every(
    ({ clientId, credential }) => clientId === first?.clientId && credential === first.credential,
  );
  if (first === undefined || !agreed)
    throw firstConsent(`No token in ${vault.uri} names an application for tenant ${tenantId}.`);
  await refuseCustomer(opened, first, tenantId);
  const ofItsOwn = { refreshTokenName: name, account: undefined, stack: noStack };
  return { ...first, cloud, tenantId, ...ofItsOwn };
}

/** At a customer's tenant the sign-in would end at a page of Entra's. Without Partner Center's answer it is tried. */
async function refuseCustomer(opened: OpenVault, { source, tenantId: partner }: StoredTarget, tenantId: string) {
  const { cloud, vault } = opened;
  const look = async () => {
    const { accessToken } = await redeemIn(cloud, await readToken(cloud, vault, source), cloud.partnerCenter);
    const path = `/v1/customers/${tenantId}`;
    return (await new PartnerCenter(cloud, accessToken).answer({ what: "Looking for the customer", path })).status;
  };
  const status = await look().catch(ifFailure);
  if (status !== 200) return;
  throw new UsageError(
    {
      what: `Tenant ${tenantId} is a customer of ${partner}: no token is of a customer's tenant.`,
      why: "Nobody was asked to sign in.",
    },
    run(
      "Consent for this customer, with the partner's token",
      ownCommand("customers", "consent", tenantId, "--partner-tenant", partner),
    ),
    sentence("If it is a partner's tenant as well, name `--client-id` and `--credential` too."),
  );
}

/** From the newest version with consistent tags, disabled or expired as well. */
async function storedIn({ cloud, vault }: OpenVault, name: string): Promise<StoredTarget | undefined> {
  const versions = await vault.listVersions(name);
  const all = versions.map(({ tags }) => ownTags(cloud, name, tags));
  const own = all.find((one) => !(one instanceof ForeignTokenError));
  const elsewhere = all.find((one) => one instanceof OtherCloudError);
  if (own === undefined && elsewhere !== undefined) throw elsewhere;
  if (own === undefined || own instanceof ForeignTokenError) return undefined;
  return { ...targetOfToken(cloud, vault.uri, name, own), account: own["account-name"], source: name };
}
