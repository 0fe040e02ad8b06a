/** Stacks that an earlier release deployed (test/fixtures/state-before/README.md), to continue with. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { CloudContext } from "../../../embedded-cloud/emulator/cloud";
import { createTenants } from "../../../embedded-cloud/emulator/tenants";
import type { DeployedStack } from "./deployed-stack";
import { Project, repository } from "./project";

const shiftedClock = join(repository, "test", "support", "shifted-clock.cjs");
const movedClock = join(repository, "test", "support", "moved-clock.cjs");

const kept = (name: string): DeployedStack =>
  JSON.parse(
    readFileSync(join(repository, "test", "fixtures", "state-before", `${name}.json`), "utf8"),
  ) as DeployedStack;

/** The stack, on the day of its deployment: its token and its client secret have not aged since. */
export async function goOn(name: string): Promise<Project> {
  const deployed = kept(name);
  const minutes = Math.floor((Date.parse(deployed.takenAt) - Date.now()) / 60_000) + 1;
  const environment = {
    NODE_OPTIONS: `--require=${shiftedClock}`,
    SHIFT_CLOCK_MINUTES: String(minutes + ownShift()),
  };
  const project = await Project.start({ deployed, environment });
  furnish(project.cloud);
  project.emulator.clock.advance(minutes * 60_000);
  return project;
}

/** Minutes by which this process's clock is moved; the engine's child processes use the machine's. */
const ownShift = (): number => Number(process.env["SHIFT_CLOCK_MINUTES"] ?? 0);

/** Another day for a stack: its cloud, and every Node.js process of its runs. @param day YYYY-MM-DD */
export function timeIs({ emulator, environment }: Project, day: string): void {
  emulator.clock.advance(Date.parse(day) - emulator.clock.now());
  const machine = Date.now() - ownShift() * 60_000;
  environment["NODE_OPTIONS"] = `--require=${movedClock}`;
  environment["MOVED_CLOCK_DAYS"] = String((Date.parse(day) - machine) / 86_400_000);
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
