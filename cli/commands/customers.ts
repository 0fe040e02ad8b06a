/** `customers`: whom the partner serves, and where the application is consented to. */
import { isGuid } from "../../config/limits";
import { redeemStored, requireAccount } from "../../consent/stored-token";
import { PartnerCenter } from "../../partner-center/api";
import {
  addConsent,
  type ApplicationGrant,
  removeConsent,
  replaceConsent,
} from "../../partner-center/application-consents";
import { customersNamed, listCustomers } from "../../partner-center/customers";
import { differenceOf, grantedOnceThere, grantedThere, sentencesOf } from "../customer-grants";
import { customerTenantId } from "../customer-refusal";
import { documentOf } from "../../errors/document";
import { Failure, ownCommand, run, sentence } from "../../errors/failure";
import { EntraError } from "../../oauth/aadsts";
import { type ExitCode, exitCodes, ExitWith, UsageError } from "../exit-code";
import { printData, printProblem } from "../output";
import { openVault, type OpenVault, partnerToken, type PartnerTenantOptions } from "../partner-token";
import { resourceAppIds, resourceNames } from "../resources";

export interface CustomerConsentOptions extends PartnerTenantOptions {
  grant?: string[];
  displayName: string;
  /** Whether another consent that is there gives way. */
  replace?: boolean;
}

const defaultGrants = ["graph=User.Read", "arm=user_impersonation"];

export async function printCustomers(options: PartnerTenantOptions): Promise<void> {
  const customers = await listCustomers((await signedIn(openVault(options), options)).api);
  const lines = customers.map(({ tenantId, domain, name }) => `${tenantId}  ${domain}  ${name}`);
  printData(lines.join("\n"), options.json ? customers : undefined);
}

export async function consentForCustomer(customer: string, options: CustomerConsentOptions): Promise<void> {
  const { cloud, api, customerTenant, application, refreshToken } = await signedInFor(customer, options, "consent");
  const asked = (options.grant ?? defaultGrants).map(grantOf);
  const { clientId: applicationId } = application;
  const wanted = { applicationId, displayName: options.displayName, grants: asked };
  const redeemer = { cloud, application: { ...application, tenantId: customerTenant }, refreshToken };
  const of = { customer: customerTenant, applicationId };
  let outcome: Outcome = await addConsent(api, customerTenant, wanted);
  let granted: ApplicationGrant[];
  try {
    granted = await (outcome === "consented" ? grantedOnceThere : grantedThere)(redeemer, asked);
    if (outcome === "already" && options.replace && differenceOf(cloud, asked, granted) !== undefined) {
      outcome = await replaceConsent(api, customerTenant, wanted);
      granted = await grantedOnceThere(redeemer, asked);
    }
  } catch (error) {
    if (!(error instanceof EntraError)) throw error;
    const { what, why, fixes } = error;
    const unread = `${wordsOf(outcome, of)}, and what it is granted there could not be read: ${what}`;
    const told = { what: unread, why, fixes };
    endIn(new Failure("customer-consent-unread", told), exitCodes.failed, options, { ...of, outcome, granted: null });
  }
  const difference = differenceOf(cloud, asked, granted);
  if (difference !== undefined) {
    const again = ["customers", "consent", customerTenant, "--replace"];
    const failure = new Failure(
      "customer-consent-different",
      {
        what: `Application ${applicationId} has another consent for customer ${customerTenant}.`,
        why: sentencesOf(difference),
      },
      run("Replace it", ownCommand(...again, ...(options.grant ?? []).flatMap((grant) => ["--grant", grant]))),
    );
    endIn(failure, exitCodes.consentNeeded, options, { ...of, outcome: "different", granted });
  }
  printData(
    `${wordsOf(outcome, of)}; it has what was asked for.`,
    options.json ? { ...of, outcome, granted } : undefined,
  );
}

type Outcome = "consented" | "already" | "replaced";

/** Starts a sentence. */
function wordsOf(outcome: Outcome, { customer, applicationId }: { customer: string; applicationId: string }): string {
  if (outcome === "consented") return `Application ${applicationId} is consented to for customer ${customer}`;
  if (outcome === "replaced") return `Application ${applicationId} is consented to anew for customer ${customer}`;
  return `Application ${applicationId} was consented to for customer ${customer} before`;
}

/** A failure beside what is known: with --json both are one document. */
function endIn(failure: Failure, exitCode: ExitCode, { json }: PartnerTenantOptions, known: object): never {
  if (json) printData("", { ...known, error: { ...documentOf(failure), exitCode } });
  else printProblem(failure);
  throw new ExitWith(exitCode);
}

export async function revokeForCustomer(customer: string, options: PartnerTenantOptions): Promise<void> {
  const signedIn = await signedInFor(customer, options, "revoke");
  const { api, customerTenant: tenantId } = signedIn;
  const { clientId: applicationId } = signedIn.application;
  const outcome = await removeConsent(api, tenantId, applicationId);
  const text =
    outcome === "revoked"
      ? `The consent to application ${applicationId} for customer ${tenantId} is taken back.`
      : `Customer ${tenantId} had no consent to application ${applicationId}.`;
  printData(text, options.json ? { customer: tenantId, applicationId, outcome } : undefined);
}

/** Partner Center, as the service account whose token is in the vault, and what redeems that token. */
async function signedIn(opened: OpenVault, { partnerTenant }: PartnerTenantOptions) {
  const { cloud, vault } = opened;
  const stored = await partnerToken(opened, partnerTenant);
  const { tags, application, refreshToken } = stored;
  const { accessToken } = await redeemStored(cloud, vault, stored, cloud.partnerCenter);
  requireAccount(tags, accessToken);
  return { cloud, api: new PartnerCenter(cloud, accessToken), application, refreshToken };
}

async function signedInFor(customer: string, options: CustomerConsentOptions | PartnerTenantOptions, command: string) {
  // Nobody is asked for a grant that has no form.
  const grants = "grant" in options ? (options.grant ?? []) : [];
  for (const grant of grants) grantOf(grant);
  const access = await signedIn(openVault(options), options);
  const byName = async () => {
    const named = customersNamed(await listCustomers(access.api), customer);
    const words = grants.flatMap((grant) => ["--grant", grant]);
    return named.map((one) => ({ ...one, command: ownCommand("customers", command, one.tenantId, ...words) }));
  };
  return { ...access, customerTenant: await customerTenantId(access.cloud, customer, byName) };
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
