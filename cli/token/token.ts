/** `token`: redeems the stored refresh token, and prints the access token alone. */
import type { Cloud } from "../../lib/config/clouds";
import { byPerson, ownCommand, sentence } from "../../lib/errors/failure";
import { textOf } from "../../lib/errors/text";
import { readableClaims } from "../../lib/oauth/claims";
import type { Tokens } from "../../lib/oauth/refresh-token";
import { declareGraph } from "../../lib/oauth/remedies";
import { withoutThoseOfSignIn } from "../../lib/oauth/token-request";
import { redeemerOf } from "../../lib/token/redeem";
import { printNote, printSecret } from "../terminal/output";
import { customerTenantId, openVault, partnerToken, type PartnerTenantOptions } from "../redemption/partner-token";
import { cmdletFor, lineOf } from "./powershell";
import { nameOf, resourceOf, uriOf } from "../redemption/resources";

export interface TokenOptions extends PartnerTenantOptions {
  /** A customer's tenant, GUID or domain; default the partner's own. */
  tenant?: string;
  /** A cmdlet's name; true: the default one of the resource. */
  powershell?: string | true;
}

export async function token(resource: string, options: TokenOptions): Promise<void> {
  const { tenant, powershell, json } = options;
  const opened = openVault(options);
  const { cloud } = opened;
  const uri = resourceOf(cloud, resource);
  const cmdlet = powershell === undefined ? undefined : cmdletFor(nameOf(cloud, resource), powershell);
  const stored = await partnerToken(opened, options.partnerTenant);
  const { tenant: partnerTenant, "account-name": account } = stored.tags;
  const tenantId = tenant === undefined ? partnerTenant : await customerTenantId(cloud, tenant);
  const redeemed = redeemerOf(cloud, stored);
  const redeem = (of: string) => redeemed(of, tenantId);
  const whose = { tenant: tenantId, partnerTenant, account };
  const about = ({ expiresOn }: Tokens) => ({ expiresOn: expiresOn.toISOString(), ...whose });
  if (cmdlet === undefined) {
    const tokens = await redeem(uri);
    const { accessToken } = tokens;
    warnIfEmpty(cloud, tokens, whose);
    printSecret(accessToken, json ? { accessToken, ...about(tokens), resource: uri } : undefined);
    return;
  }
  const all = await Promise.all(
    cmdlet.resources.map(async (name) => ({ name, ...(await redeem(uriOf(cloud, name))) })),
  );
  const tokens = Object.fromEntries(all.map(({ name, accessToken }) => [name, accessToken]));
  const connection = { cloud: cloud.name, tenantId, account: accountIn(all) ?? account, tokens };
  const { name, retired, secure: secureStrings = [] } = cmdlet;
  if (retired !== undefined && !json) printNote(`note: ${retired}.`);
  const requested = all.find((one) => one.resource === uri);
  if (requested !== undefined) warnIfEmpty(cloud, requested, whose);
  const first = all.reduce((earliest, one) => (one.expiresOn < earliest.expiresOn ? one : earliest));
  const document = { cmdlet: name, parameters: cmdlet.parameters(connection), secureStrings, retired, ...about(first) };
  printSecret(lineOf(cmdlet, connection), json ? document : undefined);
}

/** Entra issues a token of Microsoft Graph to every application, also without any permission. */
function warnIfEmpty(
  cloud: Cloud,
  { resource, scopes }: Tokens,
  whose: { tenant: string; partnerTenant: string },
): void {
  if (withoutThoseOfSignIn(scopes).length > 0) return;
  const name = nameOf(cloud, resource);
  const words = `warning: This token brings no permission of ${name ?? resource}, which refuses most requests with it (403).`;
  const grant = ["--grant", `${name ?? resource}=<permissions>`, "--replace"];
  const inOwn =
    name === "graph" ? declareGraph : sentence("Declare one in permissions.extra (docs/settings.md), and deploy.");
  const inCustomers = byPerson("Consent to some", ownCommand("customers", "consent", whose.tenant, ...grant));
  printNote(textOf({ what: words, fixes: [whose.tenant === whose.partnerTenant ? inOwn : inCustomers] }));
}

/** A token that is not a JWT has no claims. */
function accountIn(tokens: readonly Tokens[]): string | undefined {
  const claims = tokens.map(({ accessToken }) => readableClaims(accessToken));
  return claims.map((one) => one?.upn ?? one?.unique_name).find(Boolean);
}
