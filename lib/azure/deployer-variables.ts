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

/** Sources of a workload's token, in the order in which oidcToken() takes them. */
const ofWorkload = ["ARM_OIDC_TOKEN", "ARM_OIDC_TOKEN_FILE_PATH", "ARM_USE_OIDC", "AZURE_FEDERATED_TOKEN_FILE"];

/** The variables that name this process's identity: where Entra refuses it, one of them is wrong. */
export function identityVariables(environment: NodeJS.ProcessEnv): string {
  const first = (...names: readonly string[]) => names.filter((name) => environment[name]).slice(0, 1);
  const named = ["TENANT_ID", "CLIENT_ID", "CLIENT_SECRET"].flatMap((name) => first(`ARM_${name}`, `AZURE_${name}`));
  if (!named.some((name) => name.endsWith("_SECRET"))) named.push(...first(...ofWorkload));
  return named.length === 0 ? "" : `Its variables: ${named.join(", ")}.`;
}

/** Certificates that no sign-in of this process reads: the vendor's library takes one with AZURE_* ids alone. */
export function unreadCertificates(environment: NodeJS.ProcessEnv): string {
  const isVendors = Boolean(environment["AZURE_TENANT_ID"] && environment["AZURE_CLIENT_ID"]);
  const names = ["ARM_CLIENT_CERTIFICATE", "ARM_CLIENT_CERTIFICATE_PATH", "AZURE_CLIENT_CERTIFICATE_PATH"];
  const unread = names.filter((name) => environment[name] && !(isVendors && name.startsWith("AZURE_")));
  if (unread.length === 0) return "";
  return `${unread.join(", ")} ${unread.length === 1 ? "is" : "are"} not read here: a secret or a workload's token signs in.`;
}
