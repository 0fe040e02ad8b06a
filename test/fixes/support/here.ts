/** Checks in the test's own process: no command is started for the failure, but its fix is run as it is printed. */
import { Facts, type DoctorOptions } from "../../../cli/doctor/facts";
import type { State } from "../../../cli/report/finding";
import { examine } from "../../../cli/doctor/examine";
import { allChecks } from "../../../cli/doctor/all-checks";
import { jsonOf } from "../../../cli/doctor/report";
import { documentOf, type FixDocument } from "../../../lib/errors/document";
import { type Subscription, type Tenant } from "../../../tools/embedded-cloud/testing/directory";
import { type Emulator } from "../../../tools/embedded-cloud/testing/emulator";
import { partnerTenant } from "../../../tools/embedded-cloud/testing/applications";
import { assign, resourceManagerOf, roleIds, subscriptionPath } from "../../../tools/embedded-cloud/testing/azure";
import { asVaultError } from "../../../lib/vault/vault-error";
import { runAz } from "../../support/az/commands";
import type { Look } from "./printed";
import type { Terminal } from "./shell";

/** One of doctor's findings, with only the checks that it needs. @param well states that need no repair; default only ok @param message its state and what it is to report */
export const finding =
  (name: string, options: DoctorOptions = {}, well: readonly State[] = ["ok"], message?: string): Look =>
  async (environment) => {
    const all = allChecks(options.stack !== undefined, options.probe ?? false);
    const needed = (one: string): string[] => [
      one,
      ...(all.find((check) => check.name === one)?.needs ?? []).flatMap(needed),
    ];
    const names = new Set(needed(name));
    const checks = all.filter((check) => names.has(check.name));
    const results = await Array.fromAsync(examine(checks, () => new Facts(options, environment)));
    const found = results.map(jsonOf).find((one) => (one as { name: string }).name === name);
    const { state, what, fixes } = found as { state: State; what: string; fixes: FixDocument[] };
    if (well.includes(state)) return undefined;
    if (message !== undefined) expect(`${state}: ${what}`).toBe(message);
    return fixes;
  };

export function subscriptionOf(emulator: Emulator): Subscription {
  const found = partnerTenant(emulator).subscriptions.get(emulator.seeds.subscription.id);
  if (found === undefined) throw new Error("The seeds have no subscription.");
  return found;
}

export function removePrincipal(emulator: Emulator, appId: string): void {
  const { servicePrincipals } = partnerTenant(emulator);
  for (const [id, one] of servicePrincipals) if (one.appId === appId) servicePrincipals.delete(id);
}

export function removeGrants({ grants, servicePrincipals }: Tenant, resourceAppId: string): void {
  for (const [id, { resourceId }] of grants)
    if (servicePrincipals.get(resourceId)?.appId === resourceAppId) grants.delete(id);
}

export function fixesOfFailure(error: unknown): FixDocument[] {
  const { fixes, problems = [] } = documentOf(error);
  return [...fixes, ...problems.flatMap((one) => one.fixes)];
}

export const failureIn = (attempt: Promise<unknown>): ReturnType<Look> => attempt.then(() => undefined, fixesOfFailure);

/** A request to Key Vault, as the product reports its refusal. */
export const askingVault =
  (ask: () => Promise<unknown>): Look =>
  () =>
    failureIn(
      ask().catch((error: unknown) => {
        throw asVaultError("Asking the vault", error);
      }),
    );

/**
 * `az` in this process, with an administrator's permissions in the directory.
 * @param account the seeded administrator, who owns the subscription, or the deployer
 */
export async function azOf(
  emulator: Emulator,
  account: "administrator" | "deployer" = "administrator",
): Promise<NonNullable<Terminal["az"]>> {
  const roles = [
    ...["Application.ReadWrite.All", "Directory.Read.All", "AppRoleAssignment.ReadWrite.All"],
    ...["DelegatedPermissionGrant.ReadWrite.All", "GroupMember.ReadWrite.All"],
  ];
  if (account === "deployer") return (argv) => runAz(emulator, { roles }, argv);
  const oid = emulator.seeds.users.administrator.id;
  await assign(emulator, resourceManagerOf(emulator), subscriptionPath(emulator), roleIds.owner, oid);
  return (argv) => runAz(emulator, { roles, oid }, argv);
}
