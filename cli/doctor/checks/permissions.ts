/** What the application may do: what it declares, and what of that is granted in the tenant. */
import { type Asked, askedRoles, askedScopes } from "../../../application/grants";
import {
  azureManagementPermissions,
  type RequestedPermissions,
  requestedPermissions,
  undeclared,
} from "../../../application/permissions";
import { consentAgain } from "../../../consent/errors";
import { consentAnew, present, pulumi, run, sentence, setSetting } from "../../../errors/failure";
import { exitCodes } from "../../exit-code";
import { check, failed, type Finding, ok, warning } from "../check";
import type { Facts } from "../facts";
import { adminConsent } from "../fixes";

/** The model's own, and Microsoft Graph's where the stack opted in; Azure has a check of its own. */
async function wantedPermissions(facts: Facts): Promise<readonly RequestedPermissions[]> {
  return requestedPermissions({ delegatedGraph: (await facts.stack())?.settings.delegatedGraph === true });
}

export const permissionsCheck = check("permissions", "Permissions declared", ["application"], {
  right: "Application.Read.All on Microsoft Graph",
  look: async (facts) => {
    const application = await facts.application();
    const wanted = await wantedPermissions(facts);
    const count = wanted.reduce((sum, { permissions }) => sum + permissions.length, 0);
    return judgePermissions(
      application === undefined ? ["all of them"] : undeclared(application.requiredResourceAccess, wanted),
      count,
    );
  },
});

export function judgePermissions(missing: readonly string[], count: number): Finding {
  if (missing.length === 0) return ok(`all ${count} of the model's`);
  const fix = run(
    "Declare them and consent again, as a token never gains what was declared after it",
    pulumi("up", "--refresh"),
    consentAnew,
  );
  return failed(`not declared: ${missing.join(", ")} (AADSTS650057)`, fix, exitCodes.consentNeeded);
}

export const consentCheck = check("consent", "Delegated permissions consented to", ["service-principal"], {
  right: "Directory.Read.All on Microsoft Graph",
  look: async (facts) =>
    judgeConsent(await scopesAt(facts, await wantedPermissions(facts)), await facts.knownClientId()),
});

/** Without Partner Center's there is no model; without another one a single resource is refused. */
export function judgeConsent(asked: readonly Asked[], clientId: string): Finding {
  const missing = asked.filter(({ granted }) => !granted);
  const own = asked.filter(({ administrator }) => !administrator);
  const others = asked.filter(({ administrator }) => administrator);
  const who = `the account's own sign-in grants ${namesOf(own)}; an administrator has to grant ${namesOf(others)}`;
  if (missing.length === 0) return ok(`all ${asked.length}; ${who}`);
  const found = `missing: ${namesOf(missing)} (AADSTS65001); ${who}`;
  const again = consentAgain;
  const byAdministrator = run("For an administrator's", adminConsent(clientId));
  const fixes = missing.some(({ administrator }) => administrator) ? [again, byAdministrator] : [again];
  const essential = missing.some(({ name }) => name.startsWith("Partner Center "));
  return essential ? failed(found, fixes, exitCodes.consentNeeded) : warning(found, fixes);
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
      const [scope] = await scopesAt(facts, [azureManagementPermissions]);
      const declared =
        application !== undefined &&
        undeclared(application.requiredResourceAccess, [azureManagementPermissions]).length === 0;
      return judgeAzurePermission({ wanted, declared, granted: scope?.granted === true });
    },
  },
);

/** The model's own set has none for Azure: what users of it stumble over most. */
export function judgeAzurePermission(is: { wanted: boolean; declared: boolean; granted: boolean }): Finding {
  const refused = "tokens for Azure are refused (AADSTS65001)";
  if (is.declared && is.granted) return ok("user_impersonation is declared and consented to");
  if (is.declared) {
    const fixes = [sentence("An account may grant it for itself."), consentAgain];
    const found = `user_impersonation is declared, but not consented to: ${refused}`;
    return failed(found, fixes, exitCodes.consentNeeded);
  }
  if (is.wanted) {
    const fix = run("Declare it and consent again", pulumi("up", "--refresh"), consentAnew);
    const found = `user_impersonation is not declared, though azureManagement is enabled: ${refused}`;
    return failed(found, fix, exitCodes.consentNeeded);
  }
  return warning(
    `not declared, so ${refused}: the model's own set has no permission for it`,
    run("If Azure is wanted", setSetting("azureManagement", "true"), pulumi("up"), consentAnew),
  );
}

export const adminConsentCheck = check("admin-consent", "Application permissions granted", ["service-principal"], {
  right: "Application.Read.All on Microsoft Graph",
  look: async (facts) => {
    const { directory, client } = await placeOf(facts);
    const asked = await askedRoles(directory, client, await wantedPermissions(facts));
    return judgeAdminConsent(asked, await facts.knownClientId());
  },
});

/** No sign-in grants them, and no delegated token needs them: missing ones are worth knowing, not wrong. */
export function judgeAdminConsent(asked: readonly Asked[], clientId: string): Finding {
  const missing = asked.filter(({ granted }) => !granted);
  if (missing.length === 0) return ok(`all ${asked.length}, by an administrator`);
  return warning(
    `not granted: ${namesOf(missing)}; only calls that the application makes without an account need them`,
    run("An administrator, if they are wanted", adminConsent(clientId)),
  );
}

async function scopesAt(facts: Facts, wanted: readonly RequestedPermissions[]): Promise<Asked[]> {
  const { directory, client } = await placeOf(facts);
  return await askedScopes(directory, client, wanted, (await facts.tokenTags())?.account);
}

async function placeOf(facts: Facts) {
  const directory = await facts.directory();
  const client = await directory.principalOf(await facts.knownClientId());
  return { directory, client: present(client, "The application has no service principal in this tenant.") };
}

/** Names in a row; "none" for no name. */
const namesOf = (asked: readonly Asked[]): string => asked.map(({ name }) => name).join(", ") || "none";
