/** The clock of every Node.js process of a stack's runs: the program, the providers and the command. The embedded cloud uses its own. */
import { join } from "node:path";
import { repository } from "./dev-configuration";

const preload = join(repository, "test", "support", "shifted-clock.cjs");

/** @param days from now, as this process has it; the engine's child processes use the machine's */
export const clockIn = (days: number): Record<string, string> => ({
  NODE_OPTIONS: `--require=${preload}`,
  SHIFT_CLOCK_MINUTES: String(days * 1440 + Number(process.env["SHIFT_CLOCK_MINUTES"] ?? 0)),
});
