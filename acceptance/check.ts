/** What a check is: one promise of the documents or of the embedded cloud, and how a cloud answers when it is asked. */
import type { World } from "./world";

/** An answer, reduced to what the promise is about. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/** What has to be there before a check can look. */
export type Need =
  /** Another cloud to ask (--other-cloud). */
  | "another cloud"
  /** The throwaway application. */
  | "application"
  /** The throwaway stack, deployed and consented. */
  | "deployment"
  /** Somebody who may consent for the whole tenant (--administrator). */
  | "an administrator"
  /** A PowerShell on PATH with the modules. */
  | "powershell";

export interface Check {
  /** Kebab-case, never changed: documents name it. */
  id: string;
  /** The promise, as a whole sentence. */
  promise: string;
  needs: readonly Need[];
  /** Whether it leaves everything as it was. */
  effect: "reads" | "changes";
  /** Documents that mark the promise as unverified; confirmed, the marks may go. */
  settles: readonly string[];
  expected: Json | ((world: World) => Json);
  /** Asks the cloud. A promise that something is refused is kept by the refusal, which is an answer like any other. */
  look: (world: World) => Promise<Json>;
}

export type Outcome = "confirmed" | "differed" | "skipped";

export interface Finding {
  id: string;
  promise: string;
  outcome: Outcome;
  /** Both answers, where they differ. */
  expected?: Json;
  found?: Json;
  /** Why it was skipped. */
  reason?: string;
  settles: readonly string[];
}

/** Order of names means nothing; order of lists does. */
export function sameAnswer(one: Json, other: Json): boolean {
  return canonical(one) === canonical(other);
}

function canonical(value: Json): string {
  return JSON.stringify(value, (_, part: Json) =>
    part !== null && typeof part === "object" && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
