/** The refresh token of a command: of several partner tenants the requested one. */
import { azureCredential } from "../../lib/azure/credential";
import type { Cloud } from "../../lib/config/clouds";
import { isGuid } from "../../lib/config/limits";
import { again, byPerson, type Fix, ownCommand, present, pulumi, run, sentence } from "../../lib/errors/failure";
import { consentFirst, ConsentRequiredError } from "../../lib/token/errors";
import { listTokens, readToken, type StoredToken, tenantInName } from "../../lib/token/stored-token";
import { refreshTokenNameOf } from "../../lib/token/target";
import { listCustomers } from "../../lib/partner-center/errors";
import { EntraError } from "../../lib/oauth/aadsts";
import { discoverTenant } from "../../lib/oauth/discovery";
import { type ListedSecret, Vault } from "../../lib/vault/secrets";
import { VaultError } from "../../lib/vault/vault-error";
import { UsageError } from "../terminal/exit-code";
import { type TargetOptions, targetOf } from "../options/target-options";

export interface PartnerTenantOptions extends TargetOptions {
  /** GUID or domain. */
  partnerTenant?: string;
}

export interface OpenVault {
  cloud: Cloud;
  vault: Vault;
}

export function openVault(options: TargetOptions): OpenVault {
  const { cloud, vaultUri } = targetOf(options);
  return { cloud, vault: new Vault(cloud, vaultUri, azureCredential(cloud)) };
}

/** A domain has a dot. Without one it is a name, or a word of Entra's for any tenant ("common"). */
export const isDomain = (text: string): boolean => /^[^\s/]+\.[^\s/]+$/u.test(text);

/** @param fix for an unknown tenant, or the option that is to name another @throws EntraError */
export async function tenantIdOf(
  cloud: Cloud,
  tenant: string,
  fix: "--tenant" | "--partner-tenant" | Fix,
): Promise<string> {
  if (isGuid(tenant)) return tenant.toLowerCase();
  return await discoverTenant(cloud, tenant).catch((failure: unknown) => {
    if (!(failure instanceof EntraError) || failure.remedy !== "tenant") throw failure;
    const { error, aadsts, remedy, what, why } = failure;
    const named =
      typeof fix === "string" ? run("Name the tenant by its GUID or a verified domain", again(fix, "<tenant>")) : fix;
    throw new EntraError(error, aadsts, remedy, { what, why }, named);
  });
}

/** @throws UsageError for a name or nothing; EntraError for a domain that no tenant has */
export async function customerTenantId(cloud: Cloud, customer: string): Promise<string> {
  if (isGuid(customer) || isDomain(customer)) return await tenantIdOf(cloud, customer, listCustomers);
  const isNone = customer.trim() === "";
  const what = isNone ? "No customer was named." : `"${customer}" is neither a tenant id nor a domain.`;
  throw new UsageError(what, listCustomers);
}

/** @throws ConsentRequiredError without a token; UsageError for several */
export async function partnerToken(opened: OpenVault, partnerTenant?: string): Promise<StoredToken> {
  const { cloud, vault } = opened;
  const [{ name, tags = {}, enabled = true }, ...others] = await listedTokens(opened, partnerTenant);
  const names = [name, ...others.map((other) => other.name)];
  if (others.length > 0) throw severalTokens(vault, names, "--partner-tenant");
  try {
    // A disabled token cannot be read, so its credential is not either.
    return await readToken(cloud, vault, name, { listed: enabled ? tags : {} });
  } catch (error) {
    const gone = error instanceof VaultError && (error.reason === "not-found" || error.reason === "deleted");
    if (!gone) throw error;
    const tenantId = present(tenantInName(name), `${name} is not the name of a refresh token.`);
    throw new ConsentRequiredError(
      `There is no refresh token ${name} in ${vault.uri}.`,
      consentFirst(tenantId),
      ofCustomer,
    );
  }
}

/** The vault does not show whether the tenant is a customer's, where nobody can consent. */
const ofCustomer = sentence(
  "If it is a customer's tenant, give it to token or exec as `--tenant`, not as `--partner-tenant`.",
);

type ListedToken = Pick<ListedSecret, "name"> & Partial<ListedSecret>;

/** With a tenant given nothing is listed, so no role on the whole vault is needed. */
async function listedTokens(opened: OpenVault, partnerTenant?: string): Promise<[ListedToken, ...ListedToken[]]> {
  const { cloud, vault } = opened;
  if (partnerTenant !== undefined)
    return [{ name: refreshTokenNameOf(await tenantIdOf(cloud, partnerTenant, "--partner-tenant")) }];
  const [first, ...others] = await listTokens(vault);
  if (first === undefined) throw noToken(vault);
  return [first, ...others];
}

/** The names of all tokens, or of one tenant's. */
export const tokensOf = async (opened: OpenVault, partnerTenant?: string): Promise<string[]> =>
  (await listedTokens(opened, partnerTenant)).map(({ name }) => name);

/** All options of a first consent: no token in the vault shows them. */
export const nameAll = run(
  "Name them (outputs tenantId, applicationId and credential of the stack)",
  ownCommand("consent", "--tenant", "<tenant>", "--client-id", "<id>", "--credential", "<name>"),
);

export function noToken({ uri }: Pick<Vault, "uri">): ConsentRequiredError {
  const byStack = run("Have the stack that makes the vault consent", pulumi("up"));
  return new ConsentRequiredError(`There is no refresh token in ${uri}.`, nameAll, byStack);
}

/** Tenants that an error names. */
const mostNamed = 10;

/** @param option that selects one of them */
export function severalTokens({ uri }: Vault, names: readonly string[], option: string): UsageError {
  const [first, left] = [names.slice(0, mostNamed).map(tenantInName).join(", "), names.length - mostNamed];
  const what = `${uri} holds tokens of ${names.length} partner tenants.`;
  if (left <= 0) return new UsageError(what, sentence(`Add ${option}, one of ${first}.`));
  const list = byPerson("List all", ownCommand("status"));
  return new UsageError(what, sentence(`Add ${option}, one of ${first} and ${left} more.`), list);
}
