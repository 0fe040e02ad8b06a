import * as v from "valibot";
import type { ApplicationConsent, Context, Customer, Origins } from "../context";
import { mayConsent } from "../customers";
import { addFirstPartyPrincipals } from "../first-party-principals";
import { problemOf, strictObject } from "../strict-json";
import { emptyTenant } from "../tenants";
import type { Caller } from "./caller";
import { PartnerCenterError } from "./errors";

const consentShape = strictObject({
  applicationId: v.pipe(v.string(), v.uuid()),
  displayName: v.nullish(v.string(), null),
  applicationGrants: v.pipe(
    v.array(strictObject({ enterpriseApplicationId: v.pipe(v.string(), v.uuid()), scope: v.string() })),
    v.minLength(1),
  ),
});

/**
 * @throws PartnerCenterError 400 for another body, or a resource or scope that the customer does not have,
 *   403 without an account and for another application than the caller's, 409 for a second consent
 */
export function addConsent(context: Context, caller: Caller, customer: Customer, body: unknown): ApplicationConsent {
  const { success, output, issues } = v.safeParse(consentShape, body);
  if (!success) {
    const problems = issues.map((issue) => `${v.getDotPath(issue) ?? "body"}: ${problemOf(issue)}`);
    throw new PartnerCenterError(400, problems.join("; "));
  }
  requireOwn(context, caller, customer, output.applicationId);
  const resources = delegatedPermissions(context);
  for (const [index, { enterpriseApplicationId, scope }] of output.applicationGrants.entries()) {
    const at = `applicationGrants.${index}`;
    const known = resources.get(enterpriseApplicationId.toLowerCase());
    if (known === undefined) {
      throw new PartnerCenterError(
        400,
        `${at}.enterpriseApplicationId: there is no application ${enterpriseApplicationId}.`,
      );
    }
    const unknown = scope.split(",").find((name) => !known.has(name.trim()));
    if (unknown === undefined) continue;
    throw new PartnerCenterError(400, `${at}.scope: ${enterpriseApplicationId} has no scope "${unknown}".`);
  }
  if (customer.applicationConsents.has(output.applicationId)) {
    throw new PartnerCenterError(409, "Permission entry already exists.");
  }
  customer.applicationConsents.set(output.applicationId, output);
  return output;
}

/** @throws PartnerCenterError 403 for another application than the caller's, 404 without a consent */
export function removeConsent(context: Context, caller: Caller, customer: Customer, applicationId: string): void {
  requireOwn(context, caller, customer, applicationId);
  if (customer.applicationConsents.delete(applicationId)) return;
  throw new PartnerCenterError(404, `Customer ${customer.id} has no consent for application ${applicationId}.`);
}

function requireOwn(
  { clock }: Context,
  { applicationId: own, partner, id, isAccount }: Caller,
  customer: Customer,
  applicationId: string,
): void {
  // Unverified: the documentation names no kind of token, but the role that consenting needs is an account's.
  if (!isAccount) {
    throw new PartnerCenterError(403, "A consent for a customer takes the token of an account (App+User).");
  }
  if (applicationId !== own) {
    throw new PartnerCenterError(403, `Application ${own} cannot change the consent of application ${applicationId}.`);
  }
  if (customer.delegation === "GDAP" && !mayConsent(partner, customer, id, clock.now())) {
    const roles = "Cloud Application Administrator, Privileged Role Administrator or Global Administrator";
    throw new PartnerCenterError(
      403,
      `The relationship with customer ${customer.id} gives the caller none of ${roles}.`,
    );
  }
}

const published = new WeakMap<Origins, Map<string, Set<string>>>();

/** By client id of their resource: Microsoft's own applications, which are the same in every tenant. */
function delegatedPermissions({ origins }: Context): Map<string, Set<string>> {
  const known = published.get(origins);
  if (known !== undefined) return known;
  const tenant = emptyTenant({ id: "any", displayName: "any", domains: ["any", "any"] });
  addFirstPartyPrincipals(tenant, origins, "");
  const found = new Map(
    [...tenant.servicePrincipals.values()].map(({ appId, oauth2PermissionScopes }) => [
      appId,
      new Set(oauth2PermissionScopes.map(({ value }) => value)),
    ]),
  );
  published.set(origins, found);
  return found;
}
