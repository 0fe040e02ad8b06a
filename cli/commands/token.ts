/** `token`: redeems the stored refresh token for one resource and prints the access token, nothing else. */
import { requireAccount, type StoredToken } from "../../consent/stored-token";
import { readableClaims } from "../../oauth/claims";
import { redeemRefreshToken, type Tokens } from "../../oauth/refresh-token";
import { customerTenantId, inCustomerTenant } from "../customer-refusal";
import { printData, printNote } from "../output";
import { openVault, type OpenVault, partnerToken, type PartnerTenantOptions } from "../partner-token";
import { type Cmdlet, cmdletFor, lineOf } from "../powershell";
import { nameOf, resourceOf, uriOf } from "../resources";

export interface TokenOptions extends PartnerTenantOptions {
  /** A customer's tenant, GUID or domain; default the partner's own. */
  tenant?: string;
  /** A cmdlet's name; true: the resource's own. */
  powershell?: string | true;
}

/** Where and with what tokens are redeemed. */
interface Redemption extends OpenVault {
  stored: StoredToken;
  /** The tenant the access token is for. */
  tenantId: string;
}

export async function token(resource: string, options: TokenOptions): Promise<void> {
  const opened = openVault(options);
  const uri = resourceOf(opened.cloud, resource);
  const cmdlet =
    options.powershell === undefined ? undefined : cmdletFor(nameOf(opened.cloud, resource), options.powershell);
  const stored = await partnerToken(opened, options.partnerTenant);
  const tenantId =
    options.tenant === undefined ? stored.tags.tenant : await customerTenantId(opened.cloud, options.tenant);
  const redemption = { ...opened, stored, tenantId };
  if (cmdlet !== undefined) {
    await printConnection(redemption, cmdlet, options.json === true);
    return;
  }
  const tokens = await redeem(redemption, uri);
  printData(
    tokens.accessToken,
    options.json ? { accessToken: tokens.accessToken, ...about(redemption, tokens), resource: uri } : undefined,
  );
}

async function redeem({ cloud, stored, tenantId }: Redemption, uri: string): Promise<Tokens> {
  const atHome = tenantId === stored.tags.tenant;
  try {
    const tokens = await redeemRefreshToken(cloud, { ...stored.application, tenantId }, stored.refreshToken, uri);
    // In a customer's tenant the account has another object id.
    if (atHome) requireAccount(stored.tags, tokens.accessToken);
    return tokens;
  } catch (error) {
    throw atHome ? error : inCustomerTenant(error, tenantId);
  }
}

/** What is told of a token beside the token. */
function about({ stored, tenantId }: Redemption, { expiresOn }: Tokens) {
  return {
    expiresOn: expiresOn.toISOString(),
    tenant: tenantId,
    partnerTenant: stored.tags.tenant,
    account: stored.tags["account-name"],
  };
}

async function printConnection(redemption: Redemption, cmdlet: Cmdlet, json: boolean): Promise<void> {
  const { cloud, stored, tenantId } = redemption;
  const all = await Promise.all(
    cmdlet.resources.map(async (name) => ({ name, tokens: await redeem(redemption, uriOf(cloud, name)) })),
  );
  const connection = {
    cloud: cloud.name,
    tenantId,
    account: accountIn(all.map(({ tokens }) => tokens)) ?? stored.tags["account-name"],
    tokens: Object.fromEntries(all.map(({ name, tokens }) => [name, tokens.accessToken])),
  };
  const [first] = all.map(({ tokens }) => tokens).sort((a, b) => a.expiresOn.getTime() - b.expiresOn.getTime());
  if (cmdlet.retired !== undefined && !json) printNote(`note: ${cmdlet.retired}.`);
  printData(
    lineOf(cmdlet, connection),
    json && first !== undefined
      ? {
          cmdlet: cmdlet.name,
          parameters: cmdlet.parameters(connection),
          secureStrings: cmdlet.secure,
          ...(cmdlet.retired === undefined ? {} : { retired: cmdlet.retired }),
          ...about(redemption, first),
        }
      : undefined,
  );
}

/** Who the tokens are for, in Entra's own words; a token that is no JWT tells nothing. */
function accountIn(tokens: readonly Tokens[]): string | undefined {
  const names = tokens.map(({ accessToken }) => {
    const claims = readableClaims(accessToken);
    return claims?.upn ?? claims?.unique_name;
  });
  return names.find((name) => name);
}
