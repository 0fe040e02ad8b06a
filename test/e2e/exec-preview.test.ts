/** A partner's own Pulumi program under `exec`, in customers' tenants: azure-native signs in as the service account alone. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { story } from "../support/story";
import { parts, readDocument } from "../tooling/markdown";
import { runInShell } from "../transcripts/shell";
import { stackForAll } from "./support/deployed-once";
import { type Customer, identitiesIn, type Inventory, makeInventory } from "./support/inventory";
import { type Project, thatIsThere } from "./support/project";

let project: Project;
let inventory: Inventory;

stackForAll({ deployed: true }, async (started) => {
  project = started;
  inventory = await makeInventory(project);
  const bin = join(inventory.folder, "bin");
  await mkdir(bin);
  // Somebody is signed in there.
  await writeFile(join(bin, "az"), `#!/bin/sh\necho "$*" >> '${callsFile()}'\n`, { mode: 0o755 });
  await writeFile(callsFile(), "");
  inventory.env["PATH"] = [bin, project.environment["PATH"]].join(delimiter);
});

const callsFile = () => join(inventory.folder, "calls");
const customerOf = (index: number) => thatIsThere(project.seeds.customers[index]);

/** @returns what it printed, and what exec logged in it, without the times */
async function run(command: string) {
  const { code, text } = await runInShell(command, { cwd: inventory.folder, env: inventory.env });
  const log = [...text.matchAll(/\d{4}-\S+Z ((?:token for|refused:) .*)/gu)].map(([, entry]) => entry);
  return { code, text, log };
}

const exec = ({ domain }: Customer, command: string, options = "") =>
  run(`secure-app-model exec --tenant ${domain} ${options} -- ${command} --stack ${domain}`);

const calls = () => readFile(callsFile(), "utf8");

const tokenFor = (service: "microsoftGraph" | "resourceManager", { id }: Customer) =>
  `token for ${project.cloud.origins[service]} in tenant ${id}`;

const test = story();

test("without the customer's consent a preview fails with the endpoint's message, and goes on to nothing else", async () => {
  const customer = customerOf(0);
  const { code, text, log } = await exec(customer, "pulumi preview", "--unchecked");
  const message = `A token for customer tenant ${customer.id} was refused (AADSTS90099): the application is not in the customer's tenant.`;
  expect([code, log, await calls()]).toEqual([1, [expect.stringContaining(`refused: ${message}`)], ""]);
  expect(text).toContain(
    "could not acquire access token to parse claims: ManagedIdentityCredential authentication failed.",
  );
  expect(text).toContain(`"message": "${message}`);
  expect(text).toContain("error: The command ended with 1, and was refused a token for ");
});

test("exec.md's script previews in each of three customers' tenants, as the service account", async () => {
  const { customers } = project.seeds;
  const domains = customers.map(({ domain }) => domain).join(" ");
  expect(await run(`secure-app-model customers consent ${domains}`)).toMatchObject({ code: 0 });
  const script = parts(readDocument("docs/exec.md")).fences.find(({ text }) => text.includes("pulumi preview"));
  const { code, text, log } = await run(thatIsThere(script).text);
  expect([code, log, await calls()]).toEqual([0, customers.map((one) => tokenFor("microsoftGraph", one)), ""]);
  expect(identitiesIn(text)).toEqual(customers.flatMap((one) => Object.entries(inventory.identityFor(one))));
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
  ).toEqual(
    ["GET", "PUT", "GET"].map((method) => [
      method,
      `${group}?api-version=2024-03-01`,
      inventory.identityFor(customer).clientId,
    ]),
  );
  const { text: outputs } = await run(`pulumi stack output who --json --stack ${customer.domain}`);
  expect(JSON.parse(outputs)).toEqual(inventory.identityFor(customer));
  expect(await exec(customer, "pulumi preview --refresh --expect-no-changes")).toMatchObject({ code: 0 });
  expect((await run(`pulumi stack export --stack ${customer.domain}`)).text).not.toMatch(/eyJ|IDENTITY|msi\/token/u);
});
