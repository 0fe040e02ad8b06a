/** The real Azure CLI, if it is on PATH, runs the printed lines against the embedded cloud, and makes the same changes as the tests' stand-in. */
import { execFileSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Stage, stageForEach } from "../cli/support/stage";
import { askResourceManager, vaultName, vaultPath } from "../../embedded-cloud/testing/azure";
import { typed } from "../fixes/support/printed";
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
  const quoted = argv.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" ");
  const { code, stderr } = await typed({ env: environment() }, [`az ${quoted}`]);
  if (code !== 0) throw new Error(`az ${quoted} ended with ${code}: ${stderr}`);
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
    .filter(({ method, path, status }) => method !== "GET" && status < 400 && !reads.test(path))
    .map(({ method, path }) => `${method} ${(path.split("?", 1)[0] ?? "").toLowerCase().replace(made, "…")}`);
}

const reads = /\/oauth2\/|\/directoryObjects\/getByIds$/u;

const clientId = () => stage.application.clientId;
const objectId = () => stage.application.application.id;
const graph = () => stage.emulator.origins.microsoftGraph;
const subscription = () => stage.emulator.seeds.subscription.id;
const json = ["--headers", "Content-Type=application/json"];
const secret = async () => {
  const { properties } = await stage.vault.getSecret("client-secret-initial-1a2b3c4d");
  return String(properties.id);
};
/** Access policies, in place of roles. */
async function withPolicies(): Promise<void> {
  const properties = { enableRbacAuthorization: false, accessPolicies: [] };
  await (
    await askResourceManager(stage.emulator)
  )("PATCH", vaultPath(stage.emulator), { properties });
}

/** As the product prints them; without --vault-name, because vaults of the embedded cloud have no names, and without admin-consent, which exists only in AzureCloud. */
const lines: (() => string[] | Promise<string[]>)[] = [
  () => ["ad", "app", "update", "--id", clientId(), "--is-fallback-public-client", "false"],
  () => [
    ...["ad", "app", "update", "--id", clientId(), "--enable-access-token-issuance", "false"],
    ...["--enable-id-token-issuance", "false"],
  ],
  () => ["ad", "app", "update", "--id", clientId(), "--web-redirect-uris", "http://localhost:8400/consent"],
  () => ["ad", "app", "show", "--id", clientId(), "--query", "web.redirectUris"],
  () => ["ad", "app", "list", "--all", "--query", "[].{name:displayName, clientId:appId, objectId:id}"],
  () => [
    ...["ad", "app", "permission", "add", "--id", clientId(), "--api", "00000003-0000-0000-c000-000000000000"],
    ...["--api-permissions", "dbaae8cf-10b5-4b86-a4a1-f871c94c6695=Role", "1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9=Role"],
  ],
  () => [
    ...["ad", "app", "credential", "delete", "--id", clientId()],
    ...["--key-id", stage.application.application.passwordCredentials[0]?.keyId ?? ""],
  ],
  () => ["ad", "app", "federated-credential", "list", "--id", clientId()],
  () => {
    const principals = stage.emulator.clouds.get("AzureCloud")?.tenants.get(stage.tenantId)?.servicePrincipals;
    principals?.delete(stage.application.servicePrincipal.id);
    return ["ad", "sp", "create", "--id", clientId()];
  },
  () => ["ad", "sp", "show", "--id", clientId()],
  () => ["ad", "sp", "update", "--id", clientId(), "--set", "accountEnabled=true"],
  () => ["ad", "sp", "update", "--id", clientId(), "--set", "appRoleAssignmentRequired=false"],
  () => ["ad", "group", "list", "--display-name", "AdminAgents"],
  () => ["ad", "user", "list", "--query", "[].userPrincipalName", "--output", "tsv"],
  () => [
    ...["rest", "--method", "PATCH", "--url", `${graph()}/v1.0/applications/${objectId()}`, ...json],
    ...["--body", JSON.stringify({ isFallbackPublicClient: false })],
  ],
  () => ["account", "list", "--all"],
  () => ["group", "create", "--name", "made", "--location", "westeurope", "--subscription", subscription()],
  () => ["provider", "register", "--namespace", "Microsoft.KeyVault", "--subscription", subscription(), "--wait"],
  () => [
    ...["role", "assignment", "create", "--role", "Key Vault Secrets Officer"],
    ...["--assignee", stage.application.servicePrincipal.id, "--scope", vaultPath(stage.emulator)],
  ],
  () => ["keyvault", "show", "--name", vaultName, "--query", "id", "-o", "tsv"],
  () => ["keyvault", "show", "--name", vaultName, "--query", "properties.vaultUri", "--output", "tsv"],
  async () => {
    await withPolicies();
    const oid = stage.emulator.seeds.deployer.servicePrincipalId;
    return [
      ...["keyvault", "set-policy", "--name", vaultName, "--object-id", oid],
      ...["--secret-permissions", "list", "get", "set", "recover"],
    ];
  },
  async () => ["keyvault", "secret", "show", "--id", await secret()],
  async () => ["keyvault", "secret", "set-attributes", "--id", await secret(), "--enabled", "false"],
  async () => {
    const id = (await secret()).split("/").slice(0, -1).join("/");
    return ["keyvault", "secret", "list-versions", "--id", id, "--query", "[?attributes.enabled].id", "-o", "tsv"];
  },
];

(hasAz ? describe : describe.skip)("with the real one", () => {
  test.each(lines.map((line, index) => ({ index, line })))("line $index", async ({ line }) => {
    const argv = await line();
    const { appRoles: roles } = stage.emulator.seeds.deployer;
    stage.emulator.requests.clear();
    expect(await runAz(stage.emulator, { roles: [...roles] }, argv)).toMatchObject({ code: 0 });
    const byStandIn = changes();
    stage.emulator.reset();
    stage = await Stage.start(stage.emulator);
    await signIn();
    const again = await line();
    stage.emulator.requests.clear();
    await real(again);
    expect(changes()).toEqual(byStandIn);
  });
});
