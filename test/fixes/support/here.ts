/** Checks in the test's own process: no command is started for the failure, but its fix is run in a shell as it is printed. */
import { Facts, type DoctorOptions } from "../../../cli/doctor/facts";
import type { State } from "../../../cli/report/finding";
import { examine } from "../../../cli/doctor/examine";
import { allChecks } from "../../../cli/doctor/all-checks";
import { jsonOf } from "../../../cli/doctor/report";
import { documentOf, type FixDocument } from "../../../lib/errors/document";
import { type Subscription, type Tenant } from "../../../embedded-cloud/testing/directory";
import { type Emulator } from "../../../embedded-cloud/testing/emulator";
import { partnerTenant } from "../../../embedded-cloud/testing/applications";
import { askResourceManager, assign, roleIds, subscriptionPath } from "../../../embedded-cloud/testing/azure";
import { asVaultError } from "../../../lib/vault/vault-error";
import { startAz } from "../../support/az/stand-in";
import type { StandIn } from "../../support/stand-in/program";
import type { Look } from "./printed";

/** One of doctor's findings, with only the checks that it needs. @param well states that need no repair; default only ok */
export const finding =
  (name: string, options: DoctorOptions = {}, well: readonly State[] = ["ok"]): Look =>
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
    const { state, fixes } = found as { state: State; fixes: FixDocument[] };
    return well.includes(state) ? undefined : fixes;
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

export const failureOf =
  (attempt: (environment: NodeJS.ProcessEnv) => unknown): Look =>
  async (environment) => {
    try {
      await attempt(environment);
      return undefined;
    } catch (error) {
      const { fixes, problems = [] } = documentOf(error);
      return [...fixes, ...problems.flatMap((one) => one.fixes)];
    }
  };

/** A request to Key Vault, as the product reports its refusal. */
export const askingVault = (ask: () => Promise<unknown>): Look =>
  failureOf(() =>
    ask().catch((error: unknown) => {
      throw asVaultError("Asking the vault", error);
    }),
  );

/**
 * `az` for the tests of a file, with an administrator's permissions in the directory.
 * @param emulator of the test that runs
 * @param account the seeded administrator, who owns the subscription, or the deployer
 * @returns the folder for PATH
 */
export function azForAll(
  emulator: () => Emulator,
  account: "administrator" | "deployer" = "administrator",
): () => string {
  const roles = [
    ...["Application.ReadWrite.All", "Directory.Read.All", "AppRoleAssignment.ReadWrite.All"],
    ...["DelegatedPermissionGrant.ReadWrite.All", "GroupMember.ReadWrite.All"],
  ];
  const isOwner = account === "administrator";
  const owner = () => emulator().seeds.users.administrator.id;
  let standIn: StandIn;
  beforeAll(async () => {
    standIn = await startAz(emulator, () => ({ roles, ...(isOwner && { oid: owner() }) }));
  });
  afterAll(() => standIn.close());
  if (isOwner)
    beforeEach(async () => {
      const ask = await askResourceManager(emulator());
      await assign(emulator(), ask, subscriptionPath(emulator()), roleIds.owner, owner());
    });
  return () => standIn.folder;
}
