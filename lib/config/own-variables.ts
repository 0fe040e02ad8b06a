/**
 * The environment variables by which a shell, the command and the program tell each other something: all names,
 * their writers and their readers. An empty value is the same as none.
 */
import { Failure, sentence } from "../errors/failure";

/** From a shell or a job to every command with a vault: replace its options, so that a shell is set up once. */
export const targetVariables = {
  "--cloud": "SECURE_APP_MODEL_CLOUD",
  "--vault": "SECURE_APP_MODEL_VAULT",
  "--endpoints": "SECURE_APP_MODEL_ENDPOINTS",
} as const;

/**
 * From a shell or a job to --notify: the webhook's address, a secret, as anybody who has it can post. Here alone
 * empty differs from unset, which is an error: GitHub passes a secret that is not set as an empty text.
 */
export const webhookVariable = "SECURE_APP_MODEL_WEBHOOK";

/** From `exec` to its command. */
export const aboutCustomer = ({
  tenantId,
  domain,
  name,
}: Record<"tenantId" | "domain" | "name", string>): Record<string, string> => ({
  SECURE_APP_MODEL_CUSTOMER: tenantId,
  SECURE_APP_MODEL_CUSTOMER_DOMAIN: domain,
  SECURE_APP_MODEL_CUSTOMER_NAME: name,
});

/** From `drift` and other previews to the program and its providers: no secret's value is read. */
const metadataOnly = "SECURE_APP_MODEL_METADATA_ONLY";

/** From the same, `rotate` or a person to one run of the program: which generations it declares ({@link Question}). */
export const rotationVariable = "SECURE_APP_MODEL_ROTATION";

export function ownVariable(environment: NodeJS.ProcessEnv, name: string): string | undefined {
  const value = environment[name];
  return value === "" ? undefined : value;
}

export const readsMetadataOnly = (): boolean => ownVariable(process.env, metadataOnly) !== undefined;

/**
 * applied: what the last deployment declared, so that a due rotation shows no change; next: a new one; revoke: a new one alone;
 * finish: the current one alone.
 */
const questions = ["applied", "next", "revoke", "finish"] as const;
export type Question = (typeof questions)[number];

/** @param question undefined: by the calendar, whatever this process was asked */
export const asking = (question?: Question): Record<string, string> => ({ [rotationVariable]: question ?? "" });

/** Reads no secret, as a refusal may raise an alarm. A due rotation is no change: what was declared last counts. */
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
