/**
 * `az` on PATH, in place of the Azure CLI, which no machine of the tests has: it accepts the real one's lines (table.json), and sends
 * the same REST requests. test/soak/real-az.test.ts runs the printed lines with the real one, if it is installed.
 */
import type { Emulator } from "../../../embedded-cloud/testing/emulator";
import { standInFor, type StandIn } from "../stand-in/program";
import { type Identity, runAz } from "./commands";

/** @param identity returns the signed-in one for each line @param emulator likewise */
export async function startAz(emulator: () => Emulator, identity: () => Identity): Promise<StandIn> {
  return await standInFor("az", async ({ argv }) => await runAz(emulator(), identity(), argv));
}
