/** What the command finds to have drifted. */
import type { World } from "../world";

export async function driftOf(world: World, stack: string): Promise<{ exitCode: number; named: string[] }> {
  const { code, stdout } = await world.deployment.onStack(stack, "drift", "--json");
  const { findings } = (stdout === "" ? {} : JSON.parse(stdout)) as { findings?: { property: string }[] };
  return { exitCode: code, named: (findings ?? []).map(({ property }) => property) };
}
