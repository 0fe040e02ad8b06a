/** The target of the checks and the identity: a stack, a cloud, a tenant in it, and the login to that. */
import { homedir } from "node:os";
import { join } from "node:path";
import { CredentialError, waysToSignIn } from "../../../lib/azure/credential-error";
import { azureVariable } from "../../../lib/azure/deployer-variables";
import { type Cloud, cloudNames, hasOwnEndpoints } from "../../../lib/config/clouds";
import { targetVariables } from "../../../lib/config/own-variables";
import { SettingsError } from "../../../lib/config/settings";
import { again, az, type Fix, partsOf, present, pulumi, run, sentence } from "../../../lib/errors/failure";
import { EntraError, isPassing } from "../../../lib/oauth/aadsts";
import { endpointsFix, endpointsFixes, leaveTenantOut } from "../../../lib/oauth/remedies";
import { askWithOwn } from "../../engine/configuration";
import { requirePassphrase } from "../../engine/engine";
import { projectAt, requirePackages } from "../../engine/project";
import { OtherCloud } from "../../engine/stack";
import { strangeCodeIn } from "../../engine/state-code";
import { namedIn, stackFileText } from "../../options/target-options";
import { exitCodes, UsageError } from "../../terminal/exit-code";
import { configurationBytes } from "../../../lib/config/limits";
import { textIn } from "../../../lib/startup/bounded-file";
import { check, failed, ok, saidOf, skipped, warning } from "../check";
import { type Facts, requireFact } from "../facts";

export const stackCheck = check("stack", "Stack", ["engine"], {
  only: "stack",
  look: async (facts) => {
    try {
      const { engine, options } = facts;
      requirePackages(engine.cwd);
      await requirePassphrase(engine, present(options.stack, "No stack was named."), stackFileText(options));
      const stack = (await facts.bootstrap()) ?? (await requireFact(facts.stack, "stack"));
      const { name } = stack;
      const deployment = await requireFact(facts.deployment, "stack");
      const named = { ...options, stack: name };
      const strange = strangeCodeIn(named, await askWithOwn(named, facts.environment), deployment);
      if (strange !== undefined) return failed(saidOf(strange), strange.fixes ?? []);
      const isDeployed = "root" in stack ? stack.environments !== undefined : stack.outputs.applicationId !== undefined;
      const isHalfMade = !isDeployed && deployment.resources.some(({ protect }) => protect === true);
      const yet = isHalfMade ? "its first deployment ended in the middle" : "nothing is deployed yet";
      const deployed = isDeployed ? "it is deployed" : yet;
      const declared =
        "root" in stack
          ? `; it declares the identities of CI for ${stack.settings.ci.stacks.join(", ")}, and no model`
          : "";
      const read =
        "isOwnProgram" in stack ? "its program is your own, and its state was read" : "its configuration is right";
      const all = `${name}: ${read}, and ${deployed}${declared}`;
      if (isHalfMade) return warning(all, takeBack(name));
      if (projectAt(engine.cwd).options?.refresh === "always") return ok(all);
      const unseen = `${all}; but up, preview and destroy do not look at the cloud first`;
      return warning(unseen, sentence("Add to Pulumi.yaml: options: { refresh: always }."));
    } catch (error) {
      if (!(error instanceof SettingsError || error instanceof UsageError)) throw error;
      const { what, why, problems } = error;
      const eachProblem = sentence("Run the `fix:` commands above");
      const fixes = problems === undefined ? error.fixes : eachProblem;
      return { ...failed(what, fixes, exitCodes.usage), why, problems };
    }
  },
});

/** Resources are protected from their creation, and a first deployment that was cut off cannot lift that. */
const takeBack = (stack: string): Fix[] => [
  run("Repair what it ended at, then go on", pulumi("up", "--stack", stack)),
  run(
    "Or, if neither the service account nor a customer has consented yet, take back what it made",
    pulumi("state", "unprotect", "--all", "--stack", stack, "--yes"),
    pulumi("destroy", "--stack", stack),
  ),
];

export const cloudCheck = check("cloud", "Cloud", ["stack"], {
  look: async (facts) => {
    try {
      await facts.cloud();
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      if (error instanceof OtherCloud) return failed(saidOf(error), error.fixes, exitCodes.usage);
      // If the cloud's own name is valid, as a stack's always is, its endpoints are the problem.
      const named = namedIn("cloud", facts.options, facts.environment);
      const isNamed = facts.options.stack !== undefined || cloudNames.some((one) => one === named);
      const nameCloud = run(`Name one of ${cloudNames.join(", ")}`, again("--cloud", "<cloud>"));
      return failed(saidOf(error), isNamed ? [...error.fixes, endpointsFix] : nameCloud, exitCodes.usage);
    }
    const { name, authority } = await facts.cloud();
    try {
      await facts.clockAhead();
    } catch (error) {
      const { fixes = [], ...parts } = partsOf(error);
      const what = `${name}, but its authority does not answer: ${saidOf(parts)}`;
      const cloud = await facts.cloud();
      return failed(what, isLeftOut(facts, cloud) ? [giveEndpoints] : [...fixes, ...endpointsFixes(cloud)]);
    }
    return ok(`${name}; ${authority} answers`);
  },
});

export const tenantCheck = check("tenant", "Tenant", ["cloud"], {
  look: async (facts) => {
    const named = await facts.namedTenant();
    try {
      const tenantId = await facts.tenantId();
      const how = named === undefined ? ", the tenant of the login" : named === tenantId ? "" : `, found as ${named}`;
      return ok(`${tenantId}${how}, in ${(await facts.cloud()).name}`);
    } catch (error) {
      if (error instanceof EntraError && !isPassing(error)) return failed(saidOf(error), error.fixes, exitCodes.usage);
      if (named !== undefined || !(error instanceof CredentialError)) throw error;
      // Without a name the tenant is that of the login, which the next check reports.
      return skipped(
        "none was named, and there is no login that has one",
        run("Name it", again("--tenant", "<GUID or domain>")),
      );
    }
  },
});

export const loginCheck = check("login", "Login", ["cloud"], {
  look: async ({ login, cloud, namedTenant, tenantId, either, environment }) => {
    try {
      const { tid = "?", oid = "?", appid = "?", upn, unique_name = `user ${oid}`, scp } = await login();
      // A person's token carries delegated permissions, an application's carries none.
      const who = scp === undefined ? `application ${appid}` : (upn ?? unique_name);
      const isByVariables = azureVariable(environment, "CLIENT_ID") !== undefined;
      const from = isByVariables ? "ARM_* or AZURE_* variables" : "the Azure CLI, a managed identity or azd";
      return ok(`${who} (object ${oid}) of tenant ${tid}, from ${from}`);
    } catch (error) {
      if (!(error instanceof CredentialError)) throw error;
      const named = await namedTenant();
      if (named !== undefined && (await tenantId().catch(() => undefined)) === undefined)
        return skipped("not checked: it needs Tenant", sentence("First repair: Tenant"));
      const { name } = await cloud();
      const set = cloudOfAz(environment) === name ? [] : [az("cloud", "set", "--name", name)];
      const ways = waysToSignIn([...set, az("login", "--tenant", named ?? "<tenant>")], environment);
      const isSetting = (await either())?.settings.tenantId !== undefined;
      return failed(saidOf(error), isSetting ? [...ways, leaveTenantOut] : ways);
    }
  },
});

/** The environment's endpoints are not the stack's: it has its own, or Microsoft's. */
const isLeftOut = ({ options, environment }: Facts, cloud: Cloud): boolean =>
  options.stack !== undefined && Boolean(namedIn("endpoints", {}, environment)) && !hasOwnEndpoints(cloud);

const giveEndpoints = sentence(
  `${targetVariables["--endpoints"]} is set here, and a stack does not read it: its own setting is secure-application-model:endpoints.`,
);

/** The cloud that is selected in az; without a file of its own, its default. */
function cloudOfAz({ AZURE_CONFIG_DIR: folder = join(homedir(), ".azure") }: NodeJS.ProcessEnv): string {
  try {
    const text = textIn(join(folder, "config"), configurationBytes);
    return /^\[cloud\][^[]*?^name *= *(\S+)/mu.exec(text)?.[1] ?? "AzureCloud";
  } catch {
    return "AzureCloud";
  }
}
