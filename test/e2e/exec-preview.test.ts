/** A partner's own Pulumi program under `exec`, in customers' tenants: azure-native signs in as the service account alone. */
import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { story } from "../support/story";
import { parts, readDocument } from "../tooling/markdown";
import { runInShell } from "../transcripts/shell";
import { stackForAll } from "./support/deployed-once";
import { type Project, repository, thatIsThere } from "./support/project";

const program = `
const { getClientConfigOutput } = require("@pulumi/azure-native/authorization");
const { ResourceGroup } = require("@pulumi/azure-native/resources");
new ResourceGroup("inventory", { resourceGroupName: "inventory", location: "westeurope" });
const { clientId, objectId, subscriptionId, tenantId } = getClientConfigOutput();
exports.who = { clientId, objectId, subscriptionId, tenantId };
`;

let project: Project;
let folder: string;
let env: NodeJS.ProcessEnv;
let applicationId: string;

stackForAll({ deployed: true }, async (started) => {
  project = started;
  folder = join(project.folder, "inventory");
  const bin = join(folder, "bin");
  await mkdir(bin, { recursive: true });
  // Somebody is signed in there.
  await writeFile(join(bin, "az"), `#!/bin/sh\necho "$*" >> '${join(folder, "calls")}'\n`, { mode: 0o755 });
  await writeFile(join(folder, "calls"), "");
  await writeFile(join(folder, "Pulumi.yaml"), "name: inventory\nruntime: nodejs\nmain: index.js\n");
  await writeFile(join(folder, "package.json"), "{}");
  await writeFile(join(folder, "index.js"), program);
  await symlink(join(repository, "node_modules"), join(folder, "node_modules"));
  const { vaultUri, ...outputs } = await project.outputs();
  applicationId = outputs.applicationId;
  env = {
    ...project.environment,
    PATH: [bin, project.environment["PATH"]].join(delimiter),
    PULUMI_CONFIG_PASSPHRASE: "the partner's",
    SECURE_APP_MODEL_VAULT: vaultUri,
  };
  await Promise.all(project.seeds.customers.map(makeStack));
});

type Customer = Project["seeds"]["customers"][number];
const customerOf = (index: number) => thatIsThere(project.seeds.customers[index]);

/** @returns what it printed, and what exec logged in it, without the times */
async function run(command: string) {
  // The command as a process of its own: its id is not the plugin's.
  const { code, text } = await runInShell(`unset COMMAND_PORT\n${command}`, { cwd: folder, env });
  const log = [...text.matchAll(/\d{4}-\S+Z ((?:token for|refused) .*)/gu)].map(([, entry]) => entry);
  return { code, text, log };
}

const exec = ({ domain }: Customer, command: string) =>
  run(`secure-app-model exec --tenant ${domain} -- ${command} --stack ${domain}`);

const calls = () => readFile(join(folder, "calls"), "utf8");

/** A stack with azure-native's own settings, and the embedded cloud's address. */
async function makeStack({ domain, subscription }: Customer): Promise<void> {
  const { code, text } = await run(`pulumi stack init ${domain} --no-select --secrets-provider passphrase`);
  if (code !== 0) throw new Error(text);
  const file = join(folder, `Pulumi.${domain}.yaml`);
  const metadataHost = new URL(project.cloud.origins.authority).host;
  const settings = Object.entries({ useMsi: true, subscriptionId: subscription.id, metadataHost });
  const config = settings.map(([name, value]) => `  azure-native:${name}: ${value}`);
  await writeFile(file, [await readFile(file, "utf8"), "config:", ...config, ""].join("\n"));
}

/** The stand-in plugin works in this process (support/plugins-here.ts). */
const plugin = `node (process ${process.pid})`;
const tokenFor = (service: "microsoftGraph" | "resourceManager", { id }: Customer) =>
  `token for ${project.cloud.origins[service]} in tenant ${id}, to ${plugin}`;

/** The service account's in the customer's tenant. */
const identityFor = ({ id: tenantId, subscription }: Customer) => ({
  ...{ clientId: applicationId, objectId: project.seeds.users.serviceAccount.id },
  ...{ subscriptionId: subscription.id, tenantId },
});
/** Names and values in a preview's outputs. */
const identitiesIn = (text: string) =>
  [...text.matchAll(/(clientId|objectId|subscriptionId|tenantId) *: "([^"]*)"/gu)].map(([, ...pair]) => pair);

const test = story();

test("without the customer's consent a preview fails with the endpoint's message, and goes on to nothing else", async () => {
  const customer = customerOf(0);
  const { code, text, log } = await exec(customer, "pulumi preview");
  const message = `A token for customer tenant ${customer.id} was refused: the application is not in the customer's tenant.`;
  expect([code, log, await calls()]).toEqual([1, [expect.stringContaining(`refused ${plugin}: ${message}`)], ""]);
  expect(text).toContain(
    "could not acquire access token to parse claims: ManagedIdentityCredential authentication failed.",
  );
  expect(text).toContain(`"message": "${message}`);
});

test("exec.md's script previews in each of three customers' tenants, as the service account", async () => {
  const { customers } = project.seeds;
  const domains = customers.map(({ domain }) => domain).join(" ");
  expect(await run(`secure-app-model customers consent ${domains}`)).toMatchObject({ code: 0 });
  const script = parts(readDocument("docs/exec.md")).fences.find(({ text }) => text.includes("pulumi preview"));
  const { code, text, log } = await run(thatIsThere(script).text);
  expect([code, log, await calls()]).toEqual([0, customers.map((one) => tokenFor("microsoftGraph", one)), ""]);
  expect(identitiesIn(text)).toEqual(customers.flatMap((one) => Object.entries(identityFor(one))));
});

test("a deployment is made in the customer's subscription with tokens of that tenant, and its state has none", async () => {
  const customer = customerOf(0);
  const before = project.emulator.requests.entries().length;
  const { code, log } = await exec(customer, "pulumi up --yes --skip-preview");
  const tokens = [tokenFor("microsoftGraph", customer), tokenFor("resourceManager", customer)];
  expect([code, log.sort(), await calls()]).toEqual([0, tokens.sort(), ""]);
  const requests = project.emulator.requests.entries().slice(before);
  const group = `/subscriptions/${customer.subscription.id}/resourceGroups/inventory`;
  expect(
    requests.filter(({ service }) => service === "resourceManager").map((one) => [one.method, one.path, one.client]),
  ).toEqual(["GET", "PUT", "GET"].map((method) => [method, `${group}?api-version=2024-03-01`, applicationId]));
  const { text: outputs } = await run(`pulumi stack output who --json --stack ${customer.domain}`);
  expect(JSON.parse(outputs)).toEqual(identityFor(customer));
  expect(await exec(customer, "pulumi preview --refresh --expect-no-changes")).toMatchObject({ code: 0 });
  expect((await run(`pulumi stack export --stack ${customer.domain}`)).text).not.toMatch(/eyJ|IDENTITY|msi\/token/u);
});
