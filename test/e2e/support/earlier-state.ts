/** Stacks that earlier programs deployed (test/fixtures/state-before/README.md), to continue with. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { CloudContext } from "../../../embedded-cloud/testing/emulator";
import { createTenants } from "../../../embedded-cloud/testing/directory";
import type { DeployedStack } from "./deployed-stack";
import { Project, repository } from "./project";
import { clockIn } from "./shifted";

/** The stack, on the day of its deployment: its token and its client secret have not aged since. */
export async function goOn(name: "0.1.0" | "before-rotation"): Promise<Project> {
  const file = join(repository, "test", "fixtures", "state-before", `${name}.json`);
  const deployed = JSON.parse(readFileSync(file, "utf8")) as DeployedStack;
  const minutes = Math.floor((Date.parse(deployed.takenAt) - Date.now()) / 60_000) + 1;
  const project = await Project.start({ deployed, environment: clockIn(minutes / 1440) });
  furnish(project.cloud);
  project.emulator.clock.advance(minutes * 60_000);
  return project;
}

/** Another day for a stack: its cloud, and every Node.js process of its runs. @param day YYYY-MM-DD */
export function timeIs({ emulator, environment }: Project, day: string): void {
  emulator.clock.advance(Date.parse(day) - emulator.clock.now());
  Object.assign(environment, clockIn((Date.parse(day) - Date.now()) / 86_400_000));
}

/** Initial data of a tenant in today's cloud that the stack's former cloud did not have. */
function furnish(cloud: CloudContext): void {
  const today = createTenants(cloud.row.name, cloud.origins, cloud.clock.now());
  for (const [id, tenant] of cloud.tenants) {
    const { users, servicePrincipals, appRoleAssignments, ...others } = today.get(id) ?? tenant;
    Object.assign(tenant, { ...others, ...tenant });
    addMissing(tenant.users, users);
    addMissing(tenant.appRoleAssignments, appRoleAssignments);
    addMissing(tenant.servicePrincipals, servicePrincipals);
    // Microsoft's own applications publish today's permissions.
    for (const [principalId, { appRoles, oauth2PermissionScopes }] of servicePrincipals)
      Object.assign(tenant.servicePrincipals.get(principalId) ?? {}, { appRoles, oauth2PermissionScopes });
  }
}

function addMissing<T>(map: Map<string, T>, more: ReadonlyMap<string, T>): void {
  for (const [key, value] of more) if (!map.has(key)) map.set(key, value);
}

/** What moves a stack's own vault to the version of Key Vault's API that is served after 2027-02-27: each resource in place. */
export const move: Readonly<Record<string, readonly string[]>> = {
  "~ pulumi-nodejs:dynamic/partner:VaultCreateMode: (update)": ['+ keyVaultVersion: "2026-02-01"'],
  "~ azure-native:keyvault/v20260201:Vault: (update)": ['~ azureApiVersion: "2024-11-01" => "2026-02-01"'],
  "~ pulumi-nodejs:dynamic/partner:VaultSecret: (update)": [
    ...["+ __provider", "+ awaitsRole", "- azureApiVersion", "+ cloud", "+ contentType", "+ endpoints", "+ expiresOn"],
    ...["- properties", "- resourceGroupName", "+ value", "- vaultName", "+ vaultUri"],
  ],
};

/** The steps of a run with `--diff` after its refresh, each with the inputs that change: of a secret, which changes its form, their names. */
export function stepsIn(text: string): Record<string, string[]> {
  const [, said = text] = text.split("from ARM_TENANT_ID.\n");
  const [all = ""] = said.split(/^ {4}--outputs:--$|^Resources:$/mu);
  const steps = all.split(/^(?= {4}[~+-]{1,2} *\S)/mu).flatMap((step): [string, string[]][] => {
    const [, first = ""] = /^ {4}([~+-]{1,2} ?\S.*)$/mu.exec(step) ?? [];
    const [inputs = ""] = step.split(/^ {8}--outputs:--$/mu);
    const lines = [...inputs.matchAll(/^ {6}([~+-] \S.*)$/gmu)].map(([, line = ""]) => line);
    const alignment = first.includes(":VaultSecret:") ? /\s*: .*$/u : / +(?=: )/u;
    return first === "" ? [] : [[first, lines.map((line) => line.replace(alignment, ""))]];
  });
  return Object.fromEntries(steps);
}
