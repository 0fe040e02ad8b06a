/**
 * A partner's script that runs az, programs in Python, JavaScript and Go, and Pulumi in each of three customers'
 * tenants, one after the other and at once. It needs `python3` with venv, and `go`, and prints what a reader sees.
 */
import { existsSync } from "node:fs";
import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { resourceManagerOf } from "../../embedded-cloud/testing/azure";
import { withoutNotices } from "../cli/support/built-command";
import { filesIn, formsOf, jwt, shapeOf } from "../e2e/support/canary";
import { stackForAll } from "../e2e/support/deployed-once";
import { identitiesIn, type Inventory, makeInventory } from "../e2e/support/inventory";
import { type Project, repository, thatIsThere } from "../e2e/support/project";
import { openVault } from "../e2e/support/vault";
import type { Ending } from "../transcripts/page";
import { runInShell } from "../transcripts/shell";
import { clients, goProgram, pythonWith } from "./support/clients";

const script = `set -e
for customer in contoso.example wingtip.example adventure.example; do
  echo "== $customer"
  secure-app-model exec --tenant "$customer" --az --log tokens.log -- sh tools.sh
done
echo "== all at once"
secure-app-model exec --all --at-once 3 --az --log tokens.log -- sh tools.sh
`;

/** The programs print a token; what reads it prints whose it is. */
const tools = (resource: string) => `set -e
seen=$(mktemp -d "seen/$SECURE_APP_MODEL_CUSTOMER_DOMAIN.XXXXXX")
env > "$seen/env"
resource=${resource}
az account show --query '[[tenantId, user.name, name]]' --output tsv
az group list --query '[].name' --output tsv
az account get-access-token --query accessToken --output tsv | node whose.cjs az
python3 tool.py DefaultAzureCredential $resource | node whose.cjs Python
node tool.cjs DefaultAzureCredential $resource | node whose.cjs JavaScript
go/client DefaultAzureCredential $resource | node whose.cjs Go
pulumi preview --stack "$SECURE_APP_MODEL_CUSTOMER_DOMAIN"
cp -R "$AZURE_CONFIG_DIR" "$seen/az"
`;

const whose = `
const [, payload] = require("node:fs").readFileSync(0, "utf8").split(".");
const { tid, oid } = JSON.parse(Buffer.from(payload, "base64url").toString());
console.log(process.argv[2] + ": tenant " + tid + ", account " + oid);
`;

const segment = (content: object) => Buffer.from(JSON.stringify(content)).toString("base64url");
/** Of the person's own az. */
const personsToken = [segment({ alg: "RS256" }), segment({ upn: "somebody@partner.example" }), "signature-0"].join(".");

let project: Project;
let inventory: Inventory;
let personsFile: string;
let ending: Ending;
let log: string;

stackForAll({ deployed: true }, async (started) => {
  project = started;
  inventory = await makeInventory(project);
  const { folder, env } = inventory;
  personsFile = join(folder, "home", ".azure", "msal_token_cache.json");
  for (const name of ["seen", "go", "home/.azure"]) await mkdir(join(folder, name), { recursive: true });
  await writeFile(personsFile, JSON.stringify({ AccessToken: personsToken }));
  await writeFile(join(folder, "tools.sh"), tools(project.cloud.origins.resourceManager));
  await writeFile(join(folder, "whose.cjs"), whose);
  await symlink(join(clients, "python", "managed.py"), join(folder, "tool.py"));
  await symlink(join(repository, "test/cli/support/identity-clients.cjs"), join(folder, "tool.cjs"));
  await goProgram("./managed", join(folder, "go"));
  const path = [await pythonWith("python"), await pythonWith("az"), env["PATH"]].join(delimiter);
  Object.assign(env, { PATH: path, HOME: join(folder, "home"), REQUESTS_CA_BUNDLE: env["SSL_CERT_FILE"] });
  await giveCustomersGroups();
  const place = { cwd: folder, env };
  const consent = `secure-app-model customers consent ${project.seeds.customers.map(({ domain }) => domain).join(" ")}`;
  expect(await runInShell(consent, place)).toMatchObject({ code: 0 });
  ending = await runInShell(script, place);
  log = await readFile(join(folder, "tokens.log"), "utf8");
});

afterAll(() => {
  const parts = ["# tools.sh", tools(project.cloud.origins.resourceManager), "# the script", script];
  const shown = [...parts, "# what it printed", ending.text, "# tokens.log", log].join("\n");
  process.stdout.write(`${shown.replaceAll(new RegExp(jwt, "gu"), "<token>")}\n`);
});

async function giveCustomersGroups(): Promise<void> {
  const { customers, users } = project.seeds;
  for (const { id, subscription, domain } of customers) {
    const manager = resourceManagerOf(project.emulator, { tid: id, oid: users.serviceAccount.id, idtyp: "user" });
    await manager("PUT", `/subscriptions/${subscription.id}/resourceGroups/rg-of-${domain}`, {
      location: "westeurope",
    });
  }
}

test("each tool works in each customer's tenant as the service account, apart and at once", () => {
  const { customers, users } = project.seeds;
  const [, ...sections] = withoutNotices(ending.text).split(/^== .*\n/mu);
  const together = thatIsThere(sections.pop()).split("\n");
  const behind = (begin: string) =>
    together.flatMap((line) => (line.startsWith(begin) ? [line.slice(begin.length)] : []));
  const apart = sections.map((one) => one.split("\n"));
  const atOnce = customers.map(({ domain }) => behind(`${domain}: `));
  const printed = [...apart, ...atOnce].map((lines) => [...lines.slice(0, 6), ...identitiesIn(lines.join("\n"))]);
  const expected = customers.map((customer) => [
    [customer.id, "systemAssignedIdentity", customer.subscription.displayName].join("\t"),
    `rg-of-${customer.domain}`,
    ...["az", "Python", "JavaScript", "Go"].map(
      (tool) => `${tool}: tenant ${customer.id}, account ${users.serviceAccount.id}`,
    ),
    ...Object.entries(inventory.identityFor(customer)),
  ]);
  expect([ending.code, printed]).toEqual([0, [...expected, ...expected]]);

  const { microsoftGraph, resourceManager } = project.cloud.origins;
  const entries = log.trim().split("\n").map(withoutTime);
  const tokens = customers.flatMap(({ id }) => [
    `token for ${resourceManager} in tenant ${id}`,
    `token for ${microsoftGraph} in tenant ${id}`,
  ]);
  expect([...new Set(entries)].sort()).toEqual(tokens.sort());
});

const withoutTime = (entry: string) => entry.replace(/^\S+Z /u, "");

test("no token and no secret is printed, logged, in az's folder or in a tool's environment", async () => {
  const seen = filesIn(join(inventory.folder, "seen"));
  const environments = seen.filter(({ path }) => path.endsWith("/env"));
  const headers = environments.map(({ text }) => valueOf("IDENTITY_HEADER", text));
  // A positive control: of each customer there were two folders to look at.
  const profiles = seen.filter(({ path }) => path.endsWith("/az/azureProfile.json"));
  const tenants = profiles.map(({ text }) => /"tenantId": "([^"]*)"/u.exec(text)?.[1]);
  const customers = project.seeds.customers.map(({ id }) => id);
  expect([new Set(headers).size, tenants.sort()]).toEqual([6, [...customers, ...customers].sort()]);

  const isSecret = await secretsOfPartner();
  const all = [{ path: "output", text: ending.text }, { path: "log", text: log }, ...seen];
  const holding = all.filter(
    (one) => isSecret(one.text) || (!environments.includes(one) && headers.some((header) => one.text.includes(header))),
  );
  expect(holding.map(({ path }) => path)).toEqual([]);
  expect(environments.filter(({ text }) => existsSync(valueOf("AZURE_CONFIG_DIR", text)))).toEqual([]);
  const kept = JSON.stringify({ AccessToken: personsToken });
  expect(filesIn(dirname(personsFile))).toEqual([{ path: personsFile, text: kept }]);
});

const valueOf = (name: string, environment: string) => new RegExp(`^${name}=(.+)$`, "mu").exec(environment)?.[1] ?? "";

/** @returns whether a text has any token, or one of the secrets in any form */
async function secretsOfPartner(): Promise<(text: string) => boolean> {
  const vault = await openVault(project);
  const { refreshTokenName, clientSecretName } = await project.outputs();
  const [refreshToken = "", clientSecret = ""] = await Promise.all(
    [refreshTokenName, clientSecretName].map(async (name) => (await vault.getSecret(name)).value),
  );
  const secrets = [refreshToken, clientSecret, project.seeds.deployer.clientSecret, personsToken];
  const shapes = [jwt, shapeOf([refreshToken])];
  const isSecret = (text: string) =>
    shapes.some((shape) => shape.test(text)) || secrets.flatMap(formsOf).some((form) => text.includes(form));
  expect(["", ...secrets].map(isSecret)).toEqual([false, ...secrets.map(() => true)]);
  return isSecret;
}
