import { fixes, type Remedy } from "../remedies";

/** What a number says in this model. */
export interface AadstsEntry {
  remedy: Remedy;
  /** What it means here; starts no sentence and ends none. */
  meaning: string;
  /** How it comes about, in whole sentences. */
  why: string;
  /** What to do, with the command that does it. */
  fix: string;
}

export type Entries = Readonly<Record<number, AadstsEntry>>;

/** @param fix default: what helps against every refusal of this kind */
export function entry(remedy: Remedy, meaning: string, why: string, fix = fixes[remedy]): AadstsEntry {
  return { remedy, meaning, why, fix };
}
