/**
 * The clock of every Node.js process of a stack's runs, moved back: the program, the providers and the command. The embedded cloud uses
 * its own.
 */
import { join } from "node:path";
import { repository } from "./dev-configuration";
import type { Project } from "./project";

const preload = join(repository, "test", "support", "shifted-clock.cjs");

/** @param days back from now, not below 0 */
export function shiftedTo({ environment }: Project, days: number): void {
  environment["NODE_OPTIONS"] = `--require=${preload}`;
  environment["SHIFT_CLOCK_MINUTES"] = String(Math.round(-days * 1440));
}
