import {
  az,
  byPerson,
  type Code,
  type Command,
  Failure,
  filled,
  type Fix,
  type Parts,
  partsOf,
  run,
  setVariable,
} from "../errors/failure";
import { aadstsEntryIn, EntraError, isPassing } from "../oauth/aadsts";
import { fitting, mostSaid } from "../errors/text";
import {
  azureVariable,
  halfServicePrincipal,
  identityVariables,
  unreadCertificates,
  withoutPrincipal,
} from "./deployer-variables";
import { networkFix } from "../http/http-failure";
import { isUnreachable, networkFailure } from "../oauth/discovery";
import { endpointsFix, type Remedy } from "../oauth/remedies";

export class CredentialError extends Failure {
  /** @param code of the reason, if nothing is wrong with the credential */
  constructor(said: Parts | string, code: Code = "azure-credential") {
    super(code, said);
  }
}

/** How this process may sign in. @param login the commands for a person */
export function waysToSignIn(
  login: readonly Command[] = [az("login")],
  environment: NodeJS.ProcessEnv = process.env,
): readonly Fix[] {
  // A sign-in needs no subscription.
  const half = halfServicePrincipal(environment, { subscription: "none" }, login);
  if (half !== undefined) return half.fixes;
  const asPerson = environment["ARM_CLIENT_ID"] ? withoutPrincipal(...login) : byPerson("Sign in", ...login);
  return [asPerson, servicePrincipal];
}

const servicePrincipal = run(
  "Name a service principal",
  setVariable("ARM_TENANT_ID", "<tenant>"),
  setVariable("ARM_CLIENT_ID", "<client id>"),
  setVariable("ARM_CLIENT_SECRET", "<client secret>"),
);

/** Fixes of these kinds also apply to a deployer; the others are about the created application. */
const deployersToo: readonly Remedy[] = ["cloud", "tenant", "credential", "passing"];

/** @param what "Reading secret x of …" @param service not reached; undefined: the sign-in itself */
export function credentialError(what: string, service: string | undefined, error: unknown): CredentialError {
  const failed = service === undefined ? `${what} failed` : `${what} failed before ${service} was asked`;
  const told = error instanceof Failure ? error : networkFailure(error);
  if (told !== undefined) {
    const { why = "", ...parts } = partsOf(told);
    const whole = `${failed}. ${told.what}`;
    const isRefusal = told instanceof EntraError && !isPassing(told);
    const named = beside(whole, isRefusal ? identityVariables(process.env) : "") ?? "";
    return new CredentialError(
      { ...parts, what: whole, why: [fitting(why, whole, named), named].filter(Boolean).join(" ") || undefined },
      told instanceof EntraError && !isRefusal ? told.code : undefined,
    );
  }
  if (isUnreachable(error)) {
    const where = "the authority that the Azure credential of this process signs in at cannot be reached";
    return new CredentialError({ what: `${failed}: ${where}.`, fixes: [networkFix, endpointsFix] });
  }
  const words = wordsOf(error);
  const first = words.split(/\r?\n| Trace ID:/u, 1)[0] ?? "";
  const known = aadstsEntryIn(words);
  const meaning = known === undefined ? "" : `, which means: ${known.meaning}`;
  const refused = `${failed}: the Azure credential did not work`;
  // If both do not fit, Entra's text is printed without its meaning, which the fixes show too.
  const fits =
    [refused, meaning, "().", ...first.split(/(?<=[.!?]) (?=[A-Z])/u).slice(0, 1)].join("").length <= mostSaid;
  const explained = fits ? meaning : "";
  const whole = `${refused} (${fitting(first, refused, explained, "().")})${explained}.`;
  const isRefusal = /AADSTS\d/u.test(words);
  return new CredentialError({
    what: whole,
    why: beside(whole, isRefusal ? identityVariables(process.env) : "", unreadCertificates(process.env)),
    fixes:
      known !== undefined && deployersToo.includes(known.remedy)
        ? filled(known.fixes, { "<client id>": azureVariable(process.env, "CLIENT_ID") })
        : waysToSignIn(),
  });
}

/** Sentences of ours, if all fit beside Entra's words: these name ids, and so tell more. */
function beside(what: string, ...sentences: readonly string[]): string | undefined {
  const why = sentences.filter(Boolean).join(" ");
  return why === "" || `${what} ${why}`.length > mostSaid ? undefined : why;
}

/** The most useful of a chain's errors: a refusal, else that of the Azure CLI, which people sign in with. */
function wordsOf(error: unknown): string {
  const tried: unknown = (error as { errors?: unknown } | undefined)?.errors;
  const errors = Array.isArray(tried) ? tried.filter((one): one is Error => one instanceof Error) : [];
  const telling =
    errors.find(({ name }) => name !== "CredentialUnavailableError") ??
    errors.find(({ message }) => message.includes("'az login'"));
  if (telling !== undefined) return telling.message;
  return error instanceof Error ? error.message : String(error);
}
