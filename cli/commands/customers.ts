/** `customers`: whom the partner serves, and where the application is consented to. */
import { isGuid } from "../../config/limits";
import { redeemStored, requireAccount } from "../../consent/stored-token";
import { PartnerCenter } from "../../partner-center/api";
import { addConsent, type ApplicationGrant, removeConsent } from "../../partner-center/application-consents";
import { listCustomers } from "../../partner-center/customers";
import { customerTenantId } from "../customer-refusal";
import { ownCommand, run, sentence } from "../../errors/failure";
import { fixText } from "../../errors/text";
import { UsageError } from "../exit-code";
import { printData } from "../output";
import { openVault, type OpenVault, partnerToken, type PartnerTenantOptions } from "../partner-token";
import { resourceAppIds, resourceNames } from "../resources";

export interface CustomerConsentOptions extends PartnerTenantOptions {
  grant?: string[];
  displayName: string;
}

const defaultGrants = ["graph=User.Read", "arm=user_impersonation"];

export async function printCustomers(options: PartnerTenantOptions): Promise<void> {
  const customers = await listCustomers((await signedIn(openVault(options), options)).api);
  const lines = customers.map(({ tenantId, domain, name }) => `${tenantId}  ${domain}  ${name}`);
  printData(lines.join("\n"), options.json ? customers : undefined);
}

export async function consentForCustomer(customer: string, options: CustomerConsentOptions): Promise<void> {
  const grants = (options.grant ?? defaultGrants).map(grantOf);
  const { api, tenantId, applicationId } = await signedInFor(customer, options);
  const outcome = await addConsent(api, tenantId, { applicationId, displayName: options.displayName, grants });
  const text =
    outcome === "consented"
      ? `Application ${applicationId} is consented to for customer ${tenantId}.`
      : `Application ${applicationId} was consented to for customer ${tenantId} before; its scopes stay as they are. ` +
        fixText(changeScopes(tenantId));
  printData(text, options.json ? { customer: tenantId, applicationId, outcome, grants } : undefined);
}

export async function revokeForCustomer(customer: string, options: PartnerTenantOptions): Promise<void> {
  const { api, tenantId, applicationId } = await signedInFor(customer, options);
  const outcome = await removeConsent(api, tenantId, applicationId);
  const text =
    outcome === "revoked"
      ? `The consent to application ${applicationId} for customer ${tenantId} is taken back.`
      : `Customer ${tenantId} had no consent to application ${applicationId}.`;
  printData(text, options.json ? { customer: tenantId, applicationId, outcome } : undefined);
}

const changeScopes = (tenantId: string) =>
  run("To change them", ownCommand("customers", "revoke", tenantId), ownCommand("customers", "consent", tenantId));

/** Partner Center, as the service account whose token is in the vault, and that token's application. */
async function signedIn(opened: OpenVault, { partnerTenant }: PartnerTenantOptions) {
  const { cloud, vault } = opened;
  const stored = await partnerToken(opened, partnerTenant);
  const { tags } = stored;
  const { accessToken } = await redeemStored(cloud, vault, stored, cloud.partnerCenter);
  requireAccount(tags, accessToken);
  return { api: new PartnerCenter(cloud, accessToken), applicationId: tags.application };
}

async function signedInFor(customer: string, options: PartnerTenantOptions) {
  const opened = openVault(options);
  const access = await signedIn(opened, options);
  return { ...access, tenantId: await customerTenantId(opened.cloud, customer) };
}

/** @throws UsageError for what is no `resource=Scope,Scope` */
function grantOf(text: string): ApplicationGrant {
  const [, resource = "", scopeText = ""] = /^([^=]+)=(.+)$/u.exec(text) ?? [];
  const resourceAppId = (resourceAppIds as Readonly<Record<string, string>>)[resource] ?? resource;
  const scopes = scopeText.split(",").map((scope) => scope.trim());
  if (isGuid(resourceAppId) && scopes.every((scope) => /^[\w.:/-]+$/u.test(scope))) return { resourceAppId, scopes };
  throw new UsageError(
    `--grant ${text} is no resource and its scopes.`,
    sentence("Say it as graph=User.Read,Directory.Read.All."),
    sentence(`Resources: ${resourceNames.join(", ")}, or a client id.`),
  );
}
