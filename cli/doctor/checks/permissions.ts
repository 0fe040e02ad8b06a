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
import { administratorCommand } from "../../../lib/token/command";
import { az, byPerson, pulumi, run, setSetting } from "../../../lib/errors/failure";
import { exitCodes } from "../../terminal/exit-code";
import { check, failed, type Finding, ok, warning } from "../check";
import { type Facts, requireFact, type Place } from "../facts";
import { administrators, isMissing, isPartnerCenters, namesOf, whoGrants } from "../who-grants";

/** What the stack or the model requests. @param azureManagement default: left to Azure's own check */
async function wantedPermissions(facts: Facts, azureManagement = false): Promise<readonly RequestedPermission[]> {
  const { delegatedGraph = false, permissions } = (await facts.stack())?.settings ?? {};
  const { legacy = true, extra = [] } = permissions ?? {};
  const permissionsOf = { legacy, extra: await findExtra(await facts.directory(), extra) };
  return requestedPermissions({ delegatedGraph, azureManagement, permissions: permissionsOf });
}

export async function requestedHere(facts: Facts): Promise<Pick<Application, "requiredResourceAccess">> {
  const requested = await wantedPermissions(facts, (await facts.stack())?.settings.azureManagement);
  return { requiredResourceAccess: withPermissions([], requested) };
}

/** Which of the wanted ones are granted. Each kind is requested alone: their rights differ. */
async function asked(facts: Facts, wanted: readonly RequestedPermission[]) {
  const directory = await facts.directory();
  const place = await facts.place();
  const client = await requireFact(() => directory.principalOf(place.clientId), "service principal");
  const account = (await facts.tokenTags())?.account;
  const deploys = (await facts.stack())?.settings.adminConsent !== undefined;
  return {
    place,
    deploys,
    roles: () => askedRoles(directory, client, wanted),
    scopes: () => askedScopes(directory, client, wanted, account),
  };
}

export const permissionsCheck = check("permissions", "Permissions declared", ["application"], {
  right: "Application.Read.All on Microsoft Graph",
  look: async (facts) => {
    const { requiredResourceAccess } = await requireFact(facts.application, "application");
    const wanted = await wantedPermissions(facts);
    const missing = undeclared(requiredResourceAccess, wanted);
    if (missing.length === 0) return ok(`all ${wanted.length} are declared`);
    const fix = run("Declare them; this also grants them, or names who must", pulumi("up"));
    return failed(`not declared: ${missing.join(", ")} (AADSTS650057)`, fix, exitCodes.consentNeeded);
  },
});

export const consentCheck = check("consent", "Delegated permissions consented to", ["service-principal"], {
  right: "Directory.Read.All on Microsoft Graph",
  look: async (facts) => {
    const { place, roles, scopes, deploys } = await asked(facts, await wantedPermissions(facts));
    return judgeConsent(await scopes(), await roles(), place, deploys);
  },
});

/** Without Partner Center's permission nothing works; without another one a single resource is refused. */
function judgeConsent(scopes: readonly Asked[], roles: readonly Asked[], place: Place, deploys: boolean): Finding {
  const missing = scopes.filter(isMissing);
  if (missing.length === 0) {
    const to = (whom: Asked["grantedTo"], names: string) => {
      const granted = scopes.filter(({ grantedTo }) => grantedTo === whom);
      return granted.length === 0 ? [] : [`${names} ${namesOf(granted)}`];
    };
    const holders = [...to("everybody", "to everybody"), ...to("account", "to the account")];
    return ok(`all ${scopes.length}: ${holders.join("; ")}`);
  }
  const { outlook, fixes } = whoGrants(scopes, roles, place, deploys);
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
      const { requiredResourceAccess } = await requireFact(facts.application, "application");
      const declared = undeclared(requiredResourceAccess, azureManagementPermissions).length === 0;
      const wanted = (await facts.stack())?.settings.azureManagement === true;
      const all = [...azureManagementPermissions, ...(await wantedPermissions(facts))];
      const { place, roles, deploys, ...of } = await asked(facts, all);
      const scopes = await of.scopes();
      const granted = scopes[0]?.grantedTo !== undefined;
      return judgeAzurePermission({ wanted, declared, granted }, whoGrants(scopes, await roles(), place, deploys));
    },
  },
);

/** The model's own set has none for Azure, which surprises most users. @param ways how it is granted */
function judgeAzurePermission(
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
    const fix = run("Declare it; this also grants it, or names who must", pulumi("up"));
    const found = `user_impersonation is not declared, though azureManagement is enabled: ${refused}`;
    return failed(found, fix, exitCodes.consentNeeded);
  }
  return warning(
    `not declared, so ${refused}: the model's own set has no permission for Azure`,
    run(
      "If Azure is wanted, declare it; this also grants it, or names who must",
      setSetting("azureManagement", "true"),
      pulumi("up"),
    ),
  );
}

export const adminConsentCheck = check("admin-consent", "Application permissions granted", ["service-principal"], {
  right: "Application.Read.All on Microsoft Graph",
  look: async (facts) => {
    const { place, roles } = await asked(facts, await wantedPermissions(facts));
    return judgeAdminConsent(await roles(), place);
  },
});

/** No sign-in grants them, and no delegated token needs them: missing ones are information, not a failure. */
function judgeAdminConsent(roles: readonly Asked[], place: Place): Finding {
  const missing = roles.filter(isMissing);
  if (roles.length === 0) return ok("none is asked for");
  if (missing.length === 0) return ok(`all ${roles.length}, by an administrator`);
  return warning(
    `not granted: ${namesOf(missing)}; needed only for calls without a user`,
    byPerson(`${administrators}, if they are wanted`, administratorCommand(place)),
  );
}
