/**
 * `az` on PATH, in place of the Azure CLI, which no machine of the tests has: it takes the lines that the real one takes (table.json), and does
 * over REST what that does. test/soak/real-az.test.ts runs the printed lines with the real one, where it is there.
 */
import type { Emulator } from "../../../embedded-cloud/emulator/emulator";
import { standInFor, type StandIn } from "../stand-in/program";
import { type Identity, runAz } from "./commands";

/** @param identity who is signed in, asked anew for each line @param emulator likewise */
export async function startAz(emulator: () => Emulator, identity: () => Identity): Promise<StandIn> {
  return await standInFor("az", async ({ argv }) => await runAz(emulator(), identity(), argv));
}
