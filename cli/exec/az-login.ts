/** `exec --az`: signs az in as the command's managed identity, in the command's own folder. */
import { type Cloud, hasOwnEndpoints } from "../../lib/config/clouds";
import { az, byPerson, type Command, Failure, run as fixedBy, sentence, setVariable } from "../../lib/errors/failure";
import { commandLine } from "../../lib/errors/text";
import { interruption } from "../../lib/startup/waiting";
import { UsageError } from "../terminal/exit-code";
import { outputOf } from "../terminal/program-output";

/** In az's list, the cloud with endpoints of one's own. */
const ownCloud = "secure-app-model";

/** @param env of the command that follows @throws UsageError without az; Failure with az's own message */
export async function signInAz(cloud: Cloud, env: NodeJS.ProcessEnv): Promise<void> {
  const signIn = az("login", "--identity", "--allow-no-subscriptions", "--output", "none");
  for (const line of [...selecting(cloud), signIn]) await run(line, env);
}

/** In a new folder AzureCloud is selected. */
function selecting(cloud: Cloud): Command[] {
  if (!hasOwnEndpoints(cloud)) return cloud.name === "AzureCloud" ? [] : [az("cloud", "set", "--name", cloud.name)];
  const endpoints = {
    "active-directory": cloud.authority,
    "active-directory-graph-resource-id": cloud.azureAdGraph,
    "active-directory-resource-id": cloud.resourceManager,
    "microsoft-graph-resource-id": cloud.microsoftGraph,
    "resource-manager": cloud.resourceManager,
    management: cloud.resourceManager,
  };
  const named = Object.entries(endpoints).flatMap(([name, origin]) => [`--endpoint-${name}`, origin]);
  return [az("cloud", "register", "--name", ownCloud, ...named), az("cloud", "set", "--name", ownCloud)];
}

async function run(line: Command, env: NodeJS.ProcessEnv): Promise<void> {
  const { code, said } = await outputOf(line, { env, signal: interruption() });
  if (code === 0) return;
  const why = "--az signs az in first.";
  if (code === undefined) throw new UsageError({ what: "There is no az on PATH.", why }, install);
  if (isUntrusted(said)) {
    const what = `az ${line.args.slice(0, 2).join(" ")} failed: az does not trust the certificate of what answered.`;
    throw new Failure("az-login", { what, why }, trust);
  }
  throw new Failure(
    "az-login",
    { what: `${commandLine(line)} failed: ${said.trim() || `exit code ${code}`}`, why },
    update,
  );
}

/** In az's words, or in those of OpenSSL that it passes on. */
const isUntrusted = (said: string): boolean => /certificate.verif/iu.test(said);

/** Its own list comes with az: neither the system's nor Node.js's is looked at. */
const trust = fixedBy(
  "Name a file with the roots that az is to trust, which replaces its own list",
  setVariable("REQUESTS_CA_BUNDLE", "<file>"),
);

const install = sentence("Install the Azure CLI, 2.75 or later.");

/** Read in its releases: 2.73 is the first that asks App Service's endpoint, 2.75 takes Microsoft Graph's. */
const update = byPerson(
  "Versions before 2.75 cannot do this. To see the version, and update it",
  az("version"),
  az("upgrade"),
);
