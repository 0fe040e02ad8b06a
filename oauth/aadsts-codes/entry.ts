import type { Fix } from "../../errors/fix";
import { fixes, type Remedy } from "../remedies";

/** What a number says in this model. */
export interface AadstsEntry {
  remedy: Remedy;
  /** What it means here; starts no sentence and ends none. */
  meaning: string;
  /** How it comes about, in whole sentences. */
  why: string;
  /** What to do, with the commands that do it. */
  fixes: readonly Fix[];
}

export type Entries = Readonly<Record<number, AadstsEntry>>;

/** @param own default: what helps against every refusal of this kind */
export function entry(remedy: Remedy, meaning: string, why: string, ...own: readonly Fix[]): AadstsEntry {
  return { remedy, meaning, why, fixes: own.length === 0 ? fixes[remedy] : own };
}
