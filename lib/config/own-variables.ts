/**
 * The environment variables that pass values between a shell, the command and the program: all names, their writers
 * and their readers. An empty value is the same as none.
 */
import { Failure, sentence } from "../errors/failure";

/** Variables of a shell or a job that replace the options of every command with a vault: a shell is set up once. */
export const targetVariables = {
  "--cloud": "SECURE_APP_MODEL_CLOUD",
  "--vault": "SECURE_APP_MODEL_VAULT",
  "--endpoints": "SECURE_APP_MODEL_ENDPOINTS",
} as const;

/**
 * The webhook's address for --notify: a secret, as anybody who has it can post. Only here empty differs from unset,
 * which is an error: GitHub passes a secret that is not set as an empty text.
 */
export const webhookVariable = "SECURE_APP_MODEL_WEBHOOK";

/** Variables that `exec` sets for its command. */
export const aboutCustomer = ({
  tenantId,
  domain,
  name,
}: Record<"tenantId" | "domain" | "name", string>): Record<string, string> => ({
  SECURE_APP_MODEL_CUSTOMER: tenantId,
  SECURE_APP_MODEL_CUSTOMER_DOMAIN: domain,
  SECURE_APP_MODEL_CUSTOMER_NAME: name,
});

/** The variable with which `drift` and other previews forbid the program and providers to read secrets' values. */
const metadataOnly = "SECURE_APP_MODEL_METADATA_ONLY";

/** The variable with which previews, `rotate` or a person choose a run's generations ({@link Question}). */
export const rotationVariable = "SECURE_APP_MODEL_ROTATION";

export function ownVariable(environment: NodeJS.ProcessEnv, name: string): string | undefined {
  const value = environment[name];
  return value === "" ? undefined : value;
}

export const readsMetadataOnly = (): boolean => ownVariable(process.env, metadataOnly) !== undefined;

/**
 * applied: the generations of the last deployment, so that a due rotation shows no change; next: a new generation;
 * revoke: only a new generation; finish: only the current generation.
 */
const questions = ["applied", "next", "revoke", "finish"] as const;
export type Question = (typeof questions)[number];

/** @param question undefined: by the calendar, whatever this process was asked */
export const asking = (question?: Question): Record<string, string> => ({ [rotationVariable]: question ?? "" });

/** Variables of a run that only compares: it reads no secret (a refusal may raise an alarm), and rotates nothing. */
export const asLooking = { [metadataOnly]: "true", ...asking("applied") };

/** @throws Failure for another word: a mistyped one would rotate nothing, or what is due */
export function askedIn(environment: NodeJS.ProcessEnv): Question | undefined {
  const word = ownVariable(environment, rotationVariable);
  const asked = questions.find((one) => one === word);
  if (asked !== undefined || word === undefined) return asked;
  throw new Failure(
    "rotation-question",
    `${rotationVariable} is ${JSON.stringify(word)}; it is ${questions.join(", ")}, or not set.`,
    sentence("Set one of these, or none."),
  );
}
