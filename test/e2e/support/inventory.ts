/** A partner's own Pulumi program with azure-native, and a stack of it for each customer. */
import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runInShell } from "../../transcripts/shell";
import { type Project, repository } from "./project";

const program = `
const { getClientConfigOutput } = require("@pulumi/azure-native/authorization");
const { ResourceGroup } = require("@pulumi/azure-native/resources");
new ResourceGroup("inventory", { resourceGroupName: "inventory", location: "westeurope" });
const { clientId, objectId, subscriptionId, tenantId } = getClientConfigOutput();
exports.who = { clientId, objectId, subscriptionId, tenantId };
`;

export type Customer = Project["seeds"]["customers"][number];

export interface Inventory {
  folder: string;
  /** Of the partner's shell. */
  env: NodeJS.ProcessEnv;
  /** The service account's in the customer's tenant. */
  identityFor(customer: Customer): Record<"clientId" | "objectId" | "subscriptionId" | "tenantId", string>;
}

/** @param project a deployed one */
export async function makeInventory(project: Project): Promise<Inventory> {
  const folder = join(project.folder, "inventory");
  await mkdir(folder);
  await writeFile(join(folder, "Pulumi.yaml"), "name: inventory\nruntime: nodejs\nmain: index.js\n");
  await writeFile(join(folder, "package.json"), "{}");
  await writeFile(join(folder, "index.js"), program);
  await symlink(join(repository, "node_modules"), join(folder, "node_modules"));
  const { vaultUri, applicationId: clientId } = await project.outputs();
  const passphrase = { PULUMI_CONFIG_PASSPHRASE: "the partner's" };
  const env = { ...project.environment, ...passphrase, SECURE_APP_MODEL_VAULT: vaultUri };
  const { customers, users } = project.seeds;
  await Promise.all(customers.map((customer) => makeStack(project, { cwd: folder, env }, customer)));
  const { id: objectId } = users.serviceAccount;
  const identityFor = ({ id: tenantId, subscription }: Customer) => ({
    ...{ clientId, objectId, subscriptionId: subscription.id, tenantId },
  });
  return { folder, env, identityFor };
}

/** A stack with azure-native's own settings, and the embedded cloud's address. */
async function makeStack(
  project: Project,
  place: { cwd: string; env: NodeJS.ProcessEnv },
  { domain, subscription }: Customer,
): Promise<void> {
  const line = `pulumi stack init ${domain} --no-select --secrets-provider passphrase`;
  const { code, text } = await runInShell(line, place);
  if (code !== 0) throw new Error(text);
  const file = join(place.cwd, `Pulumi.${domain}.yaml`);
  const metadataHost = new URL(project.cloud.origins.authority).host;
  const settings = Object.entries({ useMsi: true, subscriptionId: subscription.id, metadataHost });
  const config = settings.map(([name, value]) => `  azure-native:${name}: ${value}`);
  await writeFile(file, [await readFile(file, "utf8"), "config:", ...config, ""].join("\n"));
}

/** Names and values in a preview's outputs. */
export const identitiesIn = (text: string): string[][] =>
  [...text.matchAll(/(clientId|objectId|subscriptionId|tenantId) *: "([^"]*)"/gu)].map(([, ...pair]) => pair);
