/** `az account`, `az group`, `az provider`, `az role`, `az keyvault`, with Resource Manager and the vault's own service. */
import { randomUUID } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { AzError } from "./arguments";
import type { Commands, Run } from "./commands";

const assignments = "providers/Microsoft.Authorization/roleAssignments";
const definitions = "providers/Microsoft.Authorization/roleDefinitions";
const vaultVersion = "api-version=2026-02-01";
const groupVersion = "api-version=2021-04-01";
const diagnosticsVersion = "api-version=2021-05-01-preview";
const rolesVersion = "api-version=2022-04-01";

interface Page<T> {
  value: T[];
}

/** The given subscription, otherwise the first one of the sign-in. */
async function subscription(run: Run): Promise<string> {
  const named = run.maybe("subscription");
  if (named !== undefined) return named;
  const found = await run.resourceManager("GET", "/subscriptions?api-version=2022-12-01");
  const [first] = (found as Page<{ subscriptionId: string }>).value;
  if (first === undefined) throw new AzError(1, "Please run 'az login' to setup account.");
  return first.subscriptionId;
}

interface Vault {
  id: string;
  name: string;
  location: string;
  properties: { vaultUri: string; tenantId: string; accessPolicies?: { objectId: string; permissions: object }[] };
}

async function vault(run: Run, name: string): Promise<Vault> {
  const query = `$filter=${encodeURIComponent("resourceType eq 'Microsoft.KeyVault/vaults'")}&api-version=2015-11-01`;
  const all = await run.resourceManager("GET", `/subscriptions/${await subscription(run)}/resources?${query}`);
  const found = (all as Page<{ id: string; name: string }>).value.find((one) => one.name === name);
  if (found === undefined) throw new AzError(3, `The Vault '${name}' not found within subscription.`);
  return (await run.resourceManager("GET", `${found.id}?${vaultVersion}`)) as Vault;
}

async function setPolicy(run: Run): Promise<unknown> {
  const { id, location, properties } = await vault(run, run.one("name"));
  const objectId = run.one("object-id");
  const others = (properties.accessPolicies ?? []).filter((one) => one.objectId !== objectId);
  const own = (properties.accessPolicies ?? []).find((one) => one.objectId === objectId)?.permissions ?? {};
  const permissions = { ...own, secrets: run.all("secret-permissions") };
  const accessPolicies = [...others, { tenantId: properties.tenantId, objectId, permissions }];
  // Like the real one: sends the whole vault again.
  return await run.resourceManager("PUT", `${id}?${vaultVersion}`, {
    location,
    properties: { ...properties, accessPolicies },
  });
}

async function assignRole(run: Run): Promise<unknown> {
  const scope = run.one("scope");
  const query = `$filter=${encodeURIComponent(`roleName eq '${run.one("role")}'`)}&${rolesVersion}`;
  const found = await run.resourceManager("GET", `${scope}/${definitions}?${query}`);
  const [definition] = (found as Page<{ id: string }>).value;
  if (definition === undefined) throw new AzError(1, `Role '${run.one("role")}' doesn't exist.`);
  const properties = { roleDefinitionId: definition.id, principalId: run.one("assignee") };
  return await run.resourceManager("PUT", `${scope}/${assignments}/${randomUUID()}?${rolesVersion}`, { properties });
}

async function register(run: Run): Promise<undefined> {
  const path = `/subscriptions/${await subscription(run)}/providers/${run.one("namespace")}`;
  await run.resourceManager("POST", `${path}/register?${groupVersion}`);
  for (let asked = 0; run.has("wait") && asked < 100; asked++) {
    const { registrationState } = (await run.resourceManager("GET", `${path}?${groupVersion}`)) as {
      registrationState: string;
    };
    if (registrationState === "Registered") break;
  }
  return undefined;
}

/** A secret's address, by its id or by vault and name. */
async function secretOf(run: Run): Promise<URL> {
  const id = run.maybe("id");
  if (id !== undefined) return new URL(id);
  const { properties } = await vault(run, run.one("vault-name"));
  return new URL(`/secrets/${run.one("name")}`, properties.vaultUri);
}

async function onSecret(run: Run, method: string, body?: object): Promise<unknown> {
  const { origin, pathname } = await secretOf(run);
  return await run.vault(origin, method, `${pathname}?api-version=7.4`, body);
}

export const resourceCommands: Commands = {
  "provider register": register,
  "monitor diagnostic-settings create": async (run) => {
    const setting = `${run.one("resource")}/providers/Microsoft.Insights/diagnosticSettings/${run.one("name")}`;
    const properties = { workspaceId: run.one("workspace"), logs: JSON.parse(run.one("logs")) as object[] };
    return await run.resourceManager("PUT", `${setting}?${diagnosticsVersion}`, { properties });
  },
  "role assignment create": assignRole,
  "keyvault show": (run) => vault(run, run.one("name")),
  "keyvault set-policy": setPolicy,
  "keyvault secret show": (run) => onSecret(run, "GET"),
  "keyvault secret delete": (run) => onSecret(run, "DELETE"),
  "keyvault secret set-attributes": (run) =>
    onSecret(run, "PATCH", { attributes: { enabled: run.maybe("enabled") !== "false" } }),
  "keyvault secret recover": async (run) => {
    const { origin, pathname } = await secretOf(run);
    const [, , name = ""] = pathname.split("/");
    const recovered = await run.vault(origin, "POST", `/deletedsecrets/${name}/recover?api-version=7.4`);
    // The real one waits until it exists.
    for (let asked = 0; asked < 100; asked++) {
      const isThere = await run.vault(origin, "GET", `/secrets/${name}?api-version=7.4`).then(
        () => true,
        () => false,
      );
      if (isThere) break;
      await setTimeout(100);
    }
    return recovered;
  },
};
