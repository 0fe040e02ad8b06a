/** Refresh tokens of many partners for one application, in one vault: as a control panel vendor has them. */
import { randomBytes } from "node:crypto";
import type { CloudContext } from "./cloud";
import type { Application, Tenant, Vault } from "./context";
import { newUser } from "./directory-members";
import { consentItems } from "./entra/consents";
import { issueRefreshToken } from "./entra/issue-sign-in";
import { recordConsentForAll } from "./entra/record-consent";
import { readScopes } from "./entra/scopes";
import { addFirstPartyPrincipals } from "./first-party-principals";
import { emptyTenant } from "./tenants";

export interface ManyPartners {
  /** The new number of tokens in the vault: always the first ones of the same list. */
  count: number;
  /** Client id of an application of the cloud. */
  application: string;
  /** Whether tenants, accounts and consents are created as well, so that the tokens can be redeemed. */
  redeemable: boolean;
  /** Seconds since the tokens were stored. */
  age: number;
  /** {tenant}, {account}, {accountName} are replaced with the partner's, {created} with an ISO 8601 time. */
  tags: Record<string, string>;
}

interface Place {
  context: CloudContext;
  vault: Vault;
  application: Application;
}

const tokenOf = (number: string): string => `refresh-token-${tenantIds}${number}`;
const tenantIds = "70000000-0000-4000-8000-";

/** Each token becomes the only version of `refresh-token-<tenant>`; former tokens are removed. */
export function addManyPartners(place: Place, wanted: ManyPartners): void {
  const { secrets } = place.vault;
  for (const name of [...secrets.keys()]) if (name.startsWith(tokenOf(""))) secrets.delete(name);
  for (let index = 1; index <= wanted.count; index++) addPartner(place, wanted, index);
}

function addPartner({ context, vault, application }: Place, wanted: ManyPartners, index: number): void {
  const number = String(index).padStart(12, "0");
  const partner = {
    tenant: `${tenantIds}${number}`,
    account: `70000000-0000-4000-9000-${number}`,
    accountName: `svc-partner@partner-${index}.example`,
  };
  const created = Math.floor(context.clock.now() / 1000) - wanted.age;
  const values: Record<string, string> = { ...partner, created: new Date(created * 1000).toISOString() };
  const filled = (text: string) => text.replaceAll(/\{(\w+)\}/gu, (whole, name: string) => values[name] ?? whole);
  const value = wanted.redeemable
    ? redeemableToken({ context, application }, partner, index)
    : `1.A${randomBytes(192).toString("base64url")}`;
  vault.secrets.set(tokenOf(number), {
    versions: [
      {
        id: randomBytes(16).toString("hex"),
        value,
        contentType: "application/x-oauth-refresh-token",
        tags: Object.fromEntries(Object.entries(wanted.tags).map(([tag, text]) => [tag, filled(text)])),
        enabled: true,
        created,
        updated: created,
        expires: created + 90 * 24 * 60 * 60,
      },
    ],
  });
}

function redeemableToken(
  { context, application }: Omit<Place, "vault">,
  { tenant: id, account, accountName }: Record<"tenant" | "account" | "accountName", string>,
  index: number,
): string {
  const domains = [`partner-${index}.example`, `partner${index}.onmicrosoft.com`] as const;
  const tenant: Tenant = emptyTenant({ id, displayName: `Partner ${index}`, domains });
  addFirstPartyPrincipals(tenant, context.origins, new Date(context.clock.now()).toISOString());
  const user = newUser({
    id: account,
    userPrincipalName: accountName,
    displayName: "Partner Service Account",
    password: `embedded-cloud-partner-${index}`,
    mfa: true,
  });
  tenant.users.set(user.id, user);
  context.tenants.set(id, tenant);
  const scope = `${context.origins.partnerCenter}/.default openid profile offline_access`;
  const items = consentItems(tenant, application, readScopes(context, tenant, scope));
  recordConsentForAll({ context, tenant, application }, items, false);
  const signedIn = { user, amr: ["pwd", "mfa"] };
  return issueRefreshToken(context, { tenant, clientId: application.appId, scope, publicClient: false, ...signedIn });
}
