/** What the command finds to have drifted. */
import { fieldsOf, listOf, printedIn, textOf } from "../answers";
import type { World } from "../world";

export async function driftOf(world: World, stack: string): Promise<{ exitCode: number; named: string[] }> {
  const { code, stdout } = await world.deployment.onStack(stack, "drift", "--json");
  const { findings } = fieldsOf(printedIn(stdout));
  return { exitCode: code, named: listOf(findings).map(({ property }) => textOf(property)) };
}
