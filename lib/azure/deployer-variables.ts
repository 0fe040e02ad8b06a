/** Checks for incomplete ARM_* variables, which each provider would otherwise report in its own format. */
import { az, byPerson, type Command, command, Failure, type Fix, run, setVariable } from "../errors/failure";

/** Proofs that a Pulumi provider accepts: a secret, a certificate, a workload token, a managed identity. */
const proof = /^ARM_(?:CLIENT_SECRET|CLIENT_CERTIFICATE(?:_PATH)?|OIDC_TOKEN(?:_FILE_PATH)?|USE_OIDC|USE_MSI)$/u;

/** A variable of the Pulumi providers, or of Azure's own tools; an empty one counts as absent. */
export const azureVariable = (environment: NodeJS.ProcessEnv, name: string): string | undefined =>
  [environment[`ARM_${name}`], environment[`AZURE_${name}`]].find(Boolean);

/** Other sources of the tenant and the subscription, so that no variable is needed for them. */
interface Said {
  tenant?: string | undefined;
  subscription?: string | undefined;
}

interface Half {
  given: readonly string[];
  missing: readonly string[];
  fixes: readonly Fix[];
}

/** Variables take precedence over any other sign-in. @param login how a person signs in */
export const withoutPrincipal = (...login: readonly Command[]): Fix =>
  byPerson("Unset the ARM_* variables, and sign in as a person", unset, ...login);

const unset = command("unset", "ARM_CLIENT_ID", "ARM_CLIENT_SECRET");

/** Undefined if the variables are complete or if there are none. */
export function halfServicePrincipal(
  environment: NodeJS.ProcessEnv,
  said: Said,
  login: readonly Command[] = [az("login")],
): Half | undefined {
  const has = (name: string): boolean => Boolean(environment[name]);
  const given = ["ARM_CLIENT_ID", "ARM_CLIENT_SECRET"].filter(has);
  if (given.length === 0) return undefined;
  const values: [name: string, value: string, isThere: boolean][] = [
    ["ARM_CLIENT_ID", "<client id>", has("ARM_CLIENT_ID")],
    ["ARM_CLIENT_SECRET", "<client secret>", Object.keys(environment).some((name) => proof.test(name) && has(name))],
    ["ARM_TENANT_ID", "<tenant>", Boolean(azureVariable(environment, "TENANT_ID") ?? said.tenant)],
    ["ARM_SUBSCRIPTION_ID", "<subscription id>", has("ARM_SUBSCRIPTION_ID") || Boolean(said.subscription)],
  ];
  const missing = values.filter(([, , isThere]) => !isThere);
  if (missing.length === 0) return undefined;
  return {
    given,
    missing: missing.map(([name]) => name),
    fixes: [
      run("Set what is missing", ...missing.map(([name, value]) => setVariable(name, value))),
      withoutPrincipal(...login),
    ],
  };
}

/** @throws Failure with a command for each variable that is missing */
export function requireWholeCredential(environment: NodeJS.ProcessEnv, said: Said): void {
  const half = halfServicePrincipal(environment, said);
  if (half === undefined) return;
  const { given, missing, fixes } = half;
  throw new Failure("deployer-half-set", {
    what: `The deployer's ARM_* variables are incomplete: ${given.join(", ")} is there, ${missing.join(", ")} ${missing.length === 1 ? "is" : "are"} missing.`,
    why: "The Pulumi providers sign in as a service principal as soon as one of them is set, without a fallback.",
    fixes,
  });
}
