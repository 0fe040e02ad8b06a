/** Creates resource groups, vaults and role assignments with an emulator's Resource Manager, for tests that need them. */
import { randomUUID } from "node:crypto";
import type { Emulator } from "../emulator/emulator";
import { askAs, askService, type Answer, type Ask, type Caller } from "./callers";

export { deleteContainer } from "../emulator/resource-manager/blob-containers";
export { roleDefinitions } from "../emulator/resource-manager/role-definitions";

const groupName = "rg-model";
export const vaultName = "kv-model";
/** Of a vault's own requests. */
export const vaultVersion = "2025-07-01";

/** Built-in roles, by their ids, which are the same everywhere. */
export const roleIds = {
  owner: "8e3af657-a8ff-443c-a75c-2fe8c4bcb635",
  contributor: "b24988ac-6180-42a0-ab88-20f7382dd24c",
  userAccessAdministrator: "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9",
  vaultAdministrator: "00482a5a-887f-4fb3-b363-3b7fe8e74483",
  vaultReader: "21090545-7ca7-4776-b22c-e363652d74d2",
  secretsOfficer: "b86a8fe4-44ce-4948-aee5-eccb2c155cd7",
  secretsUser: "4633458b-17de-408a-b874-0445c86b69e6",
  certificatesOfficer: "a4417e6f-fecd-4de8-b567-7b0420556985",
  certificateUser: "db79e9a7-68ee-4b58-9aeb-b90e7c24fcba",
  cryptoOfficer: "14b46e9e-c2b7-41b4-b07b-48a6ebf60603",
  cryptoUser: "12338af0-0e69-4776-bea7-57ae8d297424",
  cryptoServiceEncryptionUser: "e147488a-f6f5-4113-8e2d-b22465e65bf6",
} as const;

/** Sends requests to Resource Manager, as the deployer unless the caller is given; `api-version`, one of the type's own, is added where it is missing. */
export function resourceManagerOf(emulator: Emulator, caller: Caller = {}): Ask {
  const ask = askService(emulator, "resourceManager", caller);
  return (method, path, body) => ask(method, withVersion(path, versionOf(path)), body);
}

export const withVersion = (path: string, version: string): string =>
  path.includes("api-version") ? path : `${path}${path.includes("?") ? "&" : "?"}api-version=${version}`;

/** Of the type at the end of a path; a registration is Resource Manager's own. */
export function versionOf(path: string): string {
  if (path.includes("/Microsoft.Authorization/")) return "2022-04-01";
  if (path.includes("/Microsoft.Insights/")) return "2021-05-01-preview";
  if (path.includes("/Microsoft.OperationalInsights/")) return "2023-09-01";
  if (path.includes("/Microsoft.Storage/")) return "2024-01-01";
  return /\/Microsoft\.KeyVault\/(?!register$)/u.test(path) ? "2026-02-01" : "2024-11-01";
}

/** An emulator, or the seeds alone, which are the same in each. */
type Seeded = Pick<Emulator, "seeds">;

export function subscriptionPath(emulator: Seeded): string {
  return `/subscriptions/${emulator.seeds.subscription.id}`;
}

export function groupPath(emulator: Seeded, group = groupName): string {
  return `${subscriptionPath(emulator)}/resourceGroups/${group}`;
}

export function vaultPath(emulator: Seeded, vault = vaultName, group = groupName): string {
  return `${groupPath(emulator, group)}/providers/Microsoft.KeyVault/vaults/${vault}`;
}

export function vaultBody(emulator: Seeded, properties: object = {}): object {
  const { id: tenantId } = emulator.seeds.partner;
  return {
    location: "westeurope",
    properties: { tenantId, sku: { family: "A", name: "standard" }, enableRbacAuthorization: true, ...properties },
  };
}

/** Assigns a role at a scope to a principal, by default the deployer. */
export async function assign(
  emulator: Emulator,
  ask: Ask,
  scope: string,
  role: string,
  principalId?: string,
): Promise<Answer> {
  return await ask("PUT", `${scope}/providers/Microsoft.Authorization/roleAssignments/${randomUUID()}`, {
    properties: {
      roleDefinitionId: `${subscriptionPath(emulator)}/providers/Microsoft.Authorization/roleDefinitions/${role}`,
      principalId: principalId ?? emulator.seeds.deployer.servicePrincipalId,
    },
  });
}

/** Creates the resource group and the vault. */
export async function createVault(emulator: Emulator, ask: Ask, properties: object = {}): Promise<string> {
  await ask("PUT", groupPath(emulator), { location: "westeurope" });
  const { body } = await ask("PUT", vaultPath(emulator), vaultBody(emulator, properties));
  const { vaultUri } = (body as { properties: { vaultUri: string } }).properties;
  return vaultUri.replace(/\/$/, "");
}

/** A vault of the test that runs. */
export interface TestVault {
  readonly origin: string;
  /** Sends requests as an administrator of the vault; an `api-version` is added. */
  ask: Ask;
  askedBy(caller: Caller): Ask;
}

/** A vault before each test, of which the deployer is an administrator. */
export function vaultForEach(emulator: Emulator, properties: object = {}): TestVault {
  let origin = "";
  beforeEach(async () => {
    const manager = resourceManagerOf(emulator);
    origin = await createVault(emulator, manager, properties);
    await assign(emulator, manager, vaultPath(emulator), roleIds.vaultAdministrator);
  });
  const askedBy =
    (caller: Caller): Ask =>
    async (method, path, body, headers) =>
      (await askAs(emulator, origin, caller))(method, withVersion(path, vaultVersion), body, headers);
  return {
    ask: askedBy({}),
    askedBy,
    get origin() {
      return origin;
    },
  };
}
