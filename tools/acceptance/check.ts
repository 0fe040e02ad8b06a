/** A check tests one promise of the documents or of the embedded cloud against a real cloud. */
import type { World } from "./world";

/** A response, reduced to what the promise is about. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/** What a check needs before it can run. */
export type Need =
  /** Another cloud to test against. */
  | "another cloud (--other-cloud)"
  /** The service account at a browser, beside the deployment's sign-in. */
  | "another sign-in (--every-sign-in)"
  /** The throwaway application. */
  | "application"
  /** The throwaway stack, deployed and consented. */
  | "deployment"
  /** A person who may consent for the whole tenant. */
  | "an administrator (--administrator)"
  /** A PowerShell on PATH with the modules. */
  | "powershell"
  /** Its service principal in the tenant. */
  | "Azure AD Graph"
  /** A service account without a directory role. */
  | "an ordinary account"
  /** The service account in the group AdminAgents. */
  | "AdminAgents"
  /** A partner's tenant with at least two. */
  | "two customers"
  /** One whose consent may be made and taken back. */
  | "a customer (--customer)"
  /** User.RevokeSessions.All, or a directory role with the same right. */
  | "the right to end sessions"
  /** AppRoleAssignment.ReadWrite.All, or a directory role with the same right. */
  | "the right to grant application permissions";

export interface Check {
  /** Kebab-case; it never changes, because documents name it. */
  id: string;
  /** The promise, as a whole sentence. */
  promise: string;
  needs: readonly Need[];
  /** Whether it changes anything. */
  effect: "reads" | "changes";
  /** Documents that mark the promise as unverified; after a confirmation the marks can be removed. */
  settles: readonly string[];
  expected: Json | ((world: World) => Json);
  /** Sends the requests. If the promise is a refusal, the refusal is the expected response. */
  look: (world: World) => Promise<Json>;
}

export type Outcome = "confirmed" | "differed" | "skipped";

export interface Finding {
  id: string;
  promise: string;
  outcome: Outcome;
  /** The expected and the actual response, if they differ. */
  expected?: Json;
  found?: Json;
  /** Why it was skipped. */
  reason?: string;
  settles: readonly string[];
}

/** The order of names is ignored; the order of lists is not. */
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
