/** A person who may change what a deployer may not. */
import type { Emulator } from "../../../embedded-cloud/testing/emulator";
import { askResourceManager, assign, roleIds, subscriptionPath } from "../../../embedded-cloud/testing/azure";

/** The seeded administrator owns the subscription. */
export async function ownedByAdministrator(emulator: Emulator): Promise<void> {
  const ask = await askResourceManager(emulator);
  await assign(emulator, ask, subscriptionPath(emulator), roleIds.owner, emulator.seeds.users.administrator.id);
}
