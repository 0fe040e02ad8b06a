/** ARM_* variables that name a service principal by halves: the providers would say so one after the other, each in its own words. */
import { command, Failure, run, sentence } from "../errors/failure";

/** What proves a service principal, as the Pulumi providers read it: a secret, a certificate, a workload's token, a managed identity. */
const proofs = [
  "ARM_CLIENT_SECRET",
  "ARM_CLIENT_CERTIFICATE",
  "ARM_CLIENT_CERTIFICATE_PATH",
  "ARM_USE_OIDC",
  "ARM_OIDC_TOKEN",
  "ARM_OIDC_TOKEN_FILE_PATH",
  "ARM_USE_MSI",
];

/**
 * @param set what settings say, so that no variable has to
 * @throws Failure with a command for each variable that is missing
 */
export function requireWholeCredential(
  environment: NodeJS.ProcessEnv,
  set: { tenant: string | undefined; subscription: string | undefined },
): void {
  const has = (name: string): boolean => Boolean(environment[name]);
  const given = ["ARM_CLIENT_ID", "ARM_CLIENT_SECRET"].filter(has);
  if (given.length === 0) return;
  const values = {
    ARM_CLIENT_ID: has("ARM_CLIENT_ID") ? undefined : "<client id>",
    ARM_CLIENT_SECRET: proofs.some(has) ? undefined : "<client secret>",
    ARM_TENANT_ID: has("ARM_TENANT_ID") || has("AZURE_TENANT_ID") || set.tenant ? undefined : "<tenant>",
    ARM_SUBSCRIPTION_ID: has("ARM_SUBSCRIPTION_ID") || set.subscription ? undefined : "<subscription id>",
  };
  const missing = Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [{ name, value }]));
  if (missing.length === 0) return;
  const names = missing.map(({ name }) => name).join(", ");
  throw new Failure(
    "deployer-half-set",
    {
      what: `The deployer's ARM_* variables are half set: ${given.join(", ")} is there, ${names} ${missing.length === 1 ? "is" : "are"} missing.`,
      why: "The Pulumi providers sign in as a service principal as soon as one of them is set, and fall back to nothing else.",
    },
    run("Set what is missing", ...missing.map(({ name, value }) => command("export", `${name}=${value}`))),
    sentence("Take the others out as well: then the sign-in of az login counts."),
  );
}
