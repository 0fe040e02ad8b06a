/** The application's permissions: what it declares, and what of that is granted in the tenant. */
import type { Application } from "../../../lib/application/applications";
import { findExtra } from "../../../lib/application/find-permissions";
import { type Asked, askedRoles, askedScopes } from "../../../lib/application/grants";
import {
  azureManagementPermissions,
  type RequestedPermission,
  requestedPermissions,
  undeclared,
  withPermissions,
} from "../../../lib/application/permissions";
import { az, byPerson, present, pulumi, run, setSetting } from "../../../lib/errors/failure";
import { exitCodes } from "../../terminal/exit-code";
import { check, failed, type Finding, ok, warning } from "../check";
import type { Facts } from "../facts";
import { asAdministrator, type Place } from "../fixes";
import { administrators, isMissing, isPartnerCenters, namesOf, whoGrants } from "../who-grants";

/** The permissions that the stack or the model requests; Azure has a separate check. */
async function wantedPermissions(facts: Facts): Promise<readonly RequestedPermission[]> {
  const { delegatedGraph = false, permissions } = (await facts.stack())?.settings ?? {};
  if (permissions === undefined) return requestedPermissions({ delegatedGraph });
  const extra = await findExtra(await facts.directory(), permissions.extra);
  return requestedPermissions({ delegatedGraph, permissions: { legacy: permissions.legacy, extra } });
}

/** The registration that a deployment from here creates. */
export async function requestedHere(facts: Facts): Promise<Pick<Application, "requiredResourceAccess">> {
  const azure = (await facts.stack())?.settings.azureManagement === true ? azureManagementPermissions : [];
  const requested = [...(await wantedPermissions(facts)), ...azure];
  return { requiredResourceAccess: withPermissions([], requested) };
}

export const permissionsCheck = check("permissions", "Permissions declared", ["application"], {
  right: "Application.Read.All on Microsoft Graph",
  look: async (facts) => {
    const application = await facts.application();
    const wanted = await wantedPermissions(facts);
    const missing = application && undeclared(application.requiredResourceAccess, wanted);
    return judgePermissions(missing ?? ["all of them"], wanted.length);
  },
});

export function judgePermissions(missing: readonly string[], count: number): Finding {
  if (missing.length === 0) return ok(`all ${count} that are asked for`);
  const fix = run("Declare them and deploy, which has them granted or says who has to", pulumi("up", "--refresh"));
  return failed(`not declared: ${missing.join(", ")} (AADSTS650057)`, fix, exitCodes.consentNeeded);
}

export const consentCheck = check("consent", "Delegated permissions consented to", ["service-principal"], {
  right: "Directory.Read.All on Microsoft Graph",
  look: async (facts) => {
    const wanted = await wantedPermissions(facts);
    const { directory, client, place } = await placeOf(facts);
    const roles = await askedRoles(directory, client, wanted);
    return judgeConsent(await scopesAt(facts, wanted), roles, place);
  },
});

/** Without Partner Center's permission nothing works; without another one a single resource is refused. @param roles application permissions */
export function judgeConsent(asked: readonly Asked[], roles: readonly Asked[], place: Place): Finding {
  const missing = asked.filter(isMissing);
  if (missing.length === 0) return ok(`all ${asked.length}: ${holdersOf(asked)}`);
  const { outlook, fixes } = whoGrants(asked, roles, place);
  const absent = new Set(missing.flatMap((one) => (one.isResourceAbsent ? [one.resourceAppId] : [])));
  // Before anybody can grant it, the resource must have a service principal.
  const make = [...absent].map((id) => az("ad", "sp", "create", "--id", id));
  const found = `missing: ${namesOf(missing)} (AADSTS65001); ${outlook}`;
  const all = fixes.map((fix) => ({ ...fix, commands: [...make, ...(fix.commands ?? [])] }));
  return missing.some(isPartnerCenters) ? failed(found, all, exitCodes.consentNeeded) : warning(found, all);
}

export const azurePermissionCheck = check(
  "azure-permission",
  "Azure Resource Manager's permission",
  ["service-principal"],
  {
    right: "Directory.Read.All on Microsoft Graph",
    look: async (facts) => {
      const application = await facts.application();
      const wanted = (await facts.stack())?.settings.azureManagement === true;
      const declared =
        application !== undefined &&
        undeclared(application.requiredResourceAccess, azureManagementPermissions).length === 0;
      const others = await wantedPermissions(facts);
      const { directory, client, place } = await placeOf(facts);
      const scopes = await scopesAt(facts, [...azureManagementPermissions, ...others]);
      const granted = scopes[0]?.grantedTo !== undefined;
      const ways = whoGrants(scopes, await askedRoles(directory, client, others), place);
      return judgeAzurePermission({ wanted, declared, granted }, ways);
    },
  },
);

/** The model's own set has none for Azure, which is the most common surprise for its users. @param ways how it is granted, if it is declared */
export function judgeAzurePermission(
  is: { wanted: boolean; declared: boolean; granted: boolean },
  ways: ReturnType<typeof whoGrants>,
): Finding {
  const refused = "tokens for Azure are refused (AADSTS65001)";
  if (is.declared && is.granted) return ok("user_impersonation is declared and consented to");
  if (is.declared) {
    const found = `user_impersonation is declared, but not consented to: ${refused}; ${ways.outlook}`;
    return failed(found, ways.fixes, exitCodes.consentNeeded);
  }
  if (is.wanted) {
    const fix = run("Declare it and deploy, which has it granted or says who has to", pulumi("up", "--refresh"));
    const found = `user_impersonation is not declared, though azureManagement is enabled: ${refused}`;
    return failed(found, fix, exitCodes.consentNeeded);
  }
  return warning(
    `not declared, so ${refused}: the model's own set has no permission for it`,
    run(
      "If Azure is wanted, deploy, which has it granted or says who has to",
      setSetting("azureManagement", "true"),
      pulumi("up"),
    ),
  );
}

export const adminConsentCheck = check("admin-consent", "Application permissions granted", ["service-principal"], {
  right: "Application.Read.All on Microsoft Graph",
  look: async (facts) => {
    const { directory, client, place } = await placeOf(facts);
    const asked = await askedRoles(directory, client, await wantedPermissions(facts));
    return judgeAdminConsent(asked, place);
  },
});

/** No sign-in grants them, and no delegated token needs them: missing ones are information, not a failure. */
export function judgeAdminConsent(asked: readonly Asked[], place: Place): Finding {
  const missing = asked.filter(isMissing);
  if (asked.length === 0) return ok("none is asked for");
  if (missing.length === 0) return ok(`all ${asked.length}, by an administrator`);
  return warning(
    `not granted: ${namesOf(missing)}; only calls that the application makes without an account need them`,
    byPerson(`${administrators}, if they are wanted`, asAdministrator(place)),
  );
}

async function scopesAt(facts: Facts, wanted: readonly RequestedPermission[]): Promise<Asked[]> {
  const { directory, client } = await placeOf(facts);
  return await askedScopes(directory, client, wanted, (await facts.tokenTags())?.account);
}

async function placeOf(facts: Facts) {
  const directory = await facts.directory();
  const clientId = await facts.knownClientId();
  const client = present(
    await directory.principalOf(clientId),
    "The application has no service principal in this tenant.",
  );
  const place = { cloud: (await facts.cloud()).name, tenantId: await facts.tenantId(), clientId };
  return { directory, client, place };
}

/** The grants by holder: to everybody …; to the account …. */
function holdersOf(asked: readonly Asked[]): string {
  const to = (whom: Asked["grantedTo"]) => asked.filter(({ grantedTo }) => grantedTo === whom);
  const parts = [
    { whom: "to everybody", granted: to("everybody") },
    { whom: "to the account", granted: to("account") },
  ];
  return parts.flatMap(({ whom, granted }) => (granted.length === 0 ? [] : [`${whom} ${namesOf(granted)}`])).join("; ");
}
