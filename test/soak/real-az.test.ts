/** The real Azure CLI, if it is on PATH, runs the printed lines against the embedded cloud, and makes the same changes as the tests' stand-in. */
import { execFile, execFileSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { credentialName, Stage, stageForEach } from "../cli/support/stage";
import { resourceManagerOf, vaultName, vaultPath } from "../../tools/embedded-cloud/testing/azure";
import { runAz } from "../support/az/commands";

const hasAz = (() => {
  try {
    execFileSync("az", ["version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
})();

let stage: Stage;
let configuration: string;
stageForEach((fresh) => {
  stage = fresh;
});
beforeEach(async () => {
  configuration = await mkdtemp(join(tmpdir(), "azure-"));
});
afterEach(() => rm(configuration, { recursive: true }));

const environment = () => ({
  AZURE_CONFIG_DIR: configuration,
  AZURE_CORE_COLLECT_TELEMETRY: "false",
  // The embedded cloud is not in Microsoft's list of clouds.
  AZURE_CORE_INSTANCE_DISCOVERY: "false",
  AZURE_CORE_ONLY_SHOW_ERRORS: "true",
  REQUESTS_CA_BUNDLE: stage.emulator.caFile,
});

async function real(argv: readonly string[]): Promise<void> {
  await promisify(execFile)("az", argv, { env: { ...process.env, ...environment() } });
}

/** As the deployer, in a cloud that is registered with the real one. */
async function signIn(): Promise<void> {
  const { authority, microsoftGraph, resourceManager } = stage.emulator.origins;
  const endpoints = {
    "active-directory": authority,
    "active-directory-graph-resource-id": microsoftGraph,
    "active-directory-resource-id": resourceManager,
    "microsoft-graph-resource-id": microsoftGraph,
    "resource-manager": resourceManager,
    management: resourceManager,
  };
  const named = Object.entries(endpoints).flatMap(([name, origin]) => [`--endpoint-${name}`, origin]);
  await real(["cloud", "register", "--name", "embedded", ...named]);
  await real(["cloud", "set", "--name", "embedded"]);
  const { clientId, clientSecret } = stage.emulator.seeds.deployer;
  await real(["login", "--service-principal", "-u", clientId, "-p", clientSecret, "--tenant", stage.tenantId]);
}

/** Every request that changed something, with generated ids replaced, in any version of its API. */
function changes(): string[] {
  const made = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32}/gu;
  return stage.emulator.requests
    .entries()
    .filter(({ method, path, status }) => method !== "GET" && status < 400 && !notChanging.test(path))
    .map(({ method, path }) => `${method} ${(path.split("?", 1)[0] ?? "").toLowerCase().replace(made, "…")}`);
}

const notChanging = /\/oauth2\/|\/directoryObjects\/getByIds$/u;

/** What a line's angle brackets stand for. */
async function filled(line: string): Promise<string[]> {
  const { application, emulator } = stage;
  const { id = "" } = (await stage.vault.getSecret(credentialName)).properties;
  const values: Record<string, string> = {
    ...{ "client id": application.clientId, principal: application.servicePrincipal.id, secret: id },
    "every version": id.split("/").slice(0, -1).join("/"),
    application: `${emulator.origins.microsoftGraph}/v1.0/applications/${application.application.id}`,
    key: application.application.passwordCredentials[0]?.keyId ?? "",
    ...{ subscription: emulator.seeds.subscription.id, deployer: emulator.seeds.deployer.servicePrincipalId },
    ...{ officer: "Key Vault Secrets Officer", vault: vaultPath(emulator) },
  };
  return line.split(/ (?![^<]*>)/u).map((word) => word.replace(/^<(.+)>$/u, (_, name: string) => values[name] ?? ""));
}

/** As the product prints them; without --vault-name, because vaults of the embedded cloud have no names, and without admin-consent, which exists only in AzureCloud. */
const changing = [
  "ad app update --id <client id> --is-fallback-public-client false",
  "ad app update --id <client id> --enable-access-token-issuance false --enable-id-token-issuance false",
  "ad app update --id <client id> --web-redirect-uris http://localhost:8400/consent",
  "ad app permission add --id <client id> --api 00000003-0000-0000-c000-000000000000 --api-permissions dbaae8cf-10b5-4b86-a4a1-f871c94c6695=Role 1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9=Role",
  "ad app credential delete --id <client id> --key-id <key>",
  "ad sp create --id <client id>",
  "ad sp update --id <client id> --set accountEnabled=true",
  "ad sp update --id <client id> --set appRoleAssignmentRequired=false",
  'rest --method PATCH --url <application> --headers Content-Type=application/json --body {"isFallbackPublicClient":false}',
  "provider register --namespace Microsoft.KeyVault --subscription <subscription> --wait",
  "role assignment create --role <officer> --assignee <principal> --scope <vault>",
  `keyvault set-policy --name ${vaultName} --object-id <deployer> --secret-permissions list get set recover`,
  "keyvault secret set-attributes --id <secret> --enabled false",
  "keyvault secret delete --id <every version>",
];
/** Nobody runs these with the stand-in: that the real one takes them, with their queries. */
const others = [
  "group create --name made --location westeurope --subscription <subscription>",
  "ad app show --id <client id> --query web.redirectUris",
  "ad app list --all --query [].{name:displayName,clientId:appId,objectId:id}",
  "ad app federated-credential list --id <client id>",
  "ad sp show --id <client id>",
  "ad group list --display-name AdminAgents",
  "ad user list --query [].userPrincipalName --output tsv",
  "account list --all",
  `keyvault show --name ${vaultName} --query properties.vaultUri --output tsv`,
  "keyvault secret show --id <secret>",
  "keyvault secret list-versions --id <every version> --query [?attributes.enabled].id -o tsv",
];

async function prepare(line: string): Promise<void> {
  const ask = resourceManagerOf(stage.emulator);
  // Access policies, in place of roles.
  const properties = { enableRbacAuthorization: false, accessPolicies: [] };
  if (line.includes("set-policy")) await ask("PATCH", vaultPath(stage.emulator), { properties });
  const principals = stage.emulator.clouds.get("AzureCloud")?.tenants.get(stage.tenantId)?.servicePrincipals;
  if (line.includes("sp create")) principals?.delete(stage.application.servicePrincipal.id);
}

(hasAz ? describe : describe.skip)("with the real one", () => {
  test.each(changing)("%s", async (line) => {
    const { appRoles } = stage.emulator.seeds.deployer;
    const argv = await filled(line);
    await prepare(line);
    stage.emulator.requests.clear();
    expect(await runAz(stage.emulator, { roles: [...appRoles] }, argv)).toMatchObject({ code: 0 });
    const byStandIn = changes();
    stage.emulator.reset();
    stage = await Stage.start(stage.emulator);
    await signIn();
    const again = await filled(line);
    await prepare(line);
    stage.emulator.requests.clear();
    await real(again);
    expect(changes()).toEqual(byStandIn);
  });

  test("takes the other lines", async () => {
    await signIn();
    for (const line of others) await real(await filled(line));
  });
});
