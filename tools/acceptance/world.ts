/** What checks work with: the stack's cloud and tenant, the deployer's identity, and the throwaway stack. */
import { sync as spawnSync } from "cross-spawn";
import type { TokenCredential } from "@azure/identity";
import { azureCredential } from "../../lib/azure/credential";
import { equal } from "../../lib/azure/graph";
import { useSubscription } from "../../lib/azure/resource-manager";
import type { Settings } from "../../lib/config/combinations";
import { type Cloud, cloudOf, firstPartyApps } from "../../lib/config/clouds";
import { Failure, run } from "../../lib/errors/failure";
import { type Answer, ask, type Question } from "./http";
import { claimsIn, type Fields, listOf, serviceRefusal, textOf } from "./answers";
import type { Deployment } from "./deployment";
import type { Interruption } from "./interruption";
import type { Ground } from "./template";

/** A service that the deployer has a token for. */
export type Service = "microsoftGraph" | "resourceManager" | "keyVault";

export interface World extends Ground {
  cloud: Cloud;
  tenantId: string;
  subscriptionId: string;
  settings: Settings;
  /** A cloud that the tenant is not in. */
  other: Cloud | undefined;
  deployment: Deployment;
  /** User principal name of a person who may consent for the whole tenant. */
  administrator: string | undefined;
  /** Tenant of a customer whose consent is made and taken back. */
  customer: string | undefined;
  interruption: Interruption;
  /** Sends a request with this process's own identity. @param path with its query, or a whole address */
  asDeployer: (service: Service, question: Omit<Question, "url"> & { path: string }) => Promise<Answer>;
  /** The deployer's own token for Microsoft Graph, whose claims say what it may do. */
  graphToken: () => Promise<string>;
  /** Texts that no report may contain; code that reads a secret adds it. */
  secrets: Set<string>;
}

/** The part that is known before anything is created. */
export type Known = Omit<World, "deployment" | "customer" | "administrator" | "interruption">;

export interface WorldOptions extends Pick<Known, "values" | "id"> {
  settings: Settings;
  other: Cloud | undefined;
  environment: NodeJS.ProcessEnv;
}

/** @throws Failure when it is not known which subscription; CredentialError without a sign-in */
export async function worldOf({ settings, other, environment, ...run }: WorldOptions): Promise<Known> {
  const cloud = cloudOf(settings.cloud, settings.endpoints);
  const { tenantId: named = environment["ARM_TENANT_ID"] ?? environment["AZURE_TENANT_ID"] } = settings;
  const tenantId = named === undefined ? await ownTenant(cloud, environment) : await tenantIn(cloud, named);
  const credential = azureCredential(cloud, { ...environment, ARM_TENANT_ID: tenantId });
  const secrets = new Set<string>();
  const asDeployer = asking(cloud, credential, secrets);
  const graphToken = async () => await tokenOf(credential, cloud.microsoftGraph, secrets);
  const { ARM_SUBSCRIPTION_ID } = environment;
  const given = [settings.subscriptionId, ARM_SUBSCRIPTION_ID].find(Boolean) ?? ofLogin(environment);
  const subscriptionId = given ?? (await onlySubscription(asDeployer));
  const retired = await graphList(
    { asDeployer },
    `/v1.0/servicePrincipals${equal("appId", firstPartyApps.azureAdGraph)}`,
  );
  const hasAzureAdGraph = retired.length > 0;
  return { ...run, cloud, tenantId, subscriptionId, hasAzureAdGraph, settings, other, asDeployer, graphToken, secrets };
}

function asking(cloud: Cloud, credential: TokenCredential, secrets: Set<string>): World["asDeployer"] {
  return async (service, { path, headers, ...question }) => {
    const origin = service === "keyVault" ? "" : cloud[service];
    const url = path.startsWith("https://") ? path : `${origin}${path}`;
    // A list names its next page; the token is for this service alone.
    if (service !== "keyVault" && new URL(url).origin !== new URL(origin).origin)
      throw new Error(`${new URL(url).host} is not asked: it is none of ${new URL(origin).host}.`);
    const audience = service === "keyVault" ? await vaultAudience(url) : cloud[service];
    const token = await tokenOf(credential, audience, secrets);
    return await ask({ ...question, url, headers: { Authorization: `Bearer ${token}`, ...headers } });
  };
}

async function tokenOf(credential: TokenCredential, audience: string, secrets: Set<string>): Promise<string> {
  const token = (await credential.getToken(`${audience}/.default`))?.token ?? "";
  secrets.add(token);
  return token;
}

/** All items of a list of Graph or Resource Manager, read as the deployer. @throws Error if it is refused */
export async function listAt(
  { asDeployer }: Pick<World, "asDeployer">,
  service: Service,
  path: string,
): Promise<readonly Fields[]> {
  const found: Fields[] = [];
  for (let next = path; next !== "";) {
    const answer = await asDeployer(service, { path: next });
    if (answer.status !== 200)
      throw new Error(`The list ${next} is refused: ${JSON.stringify(serviceRefusal(answer))}`);
    found.push(...listOf(answer.body?.["value"]));
    next = textOf(answer.body?.["@odata.nextLink"] ?? answer.body?.["nextLink"]);
  }
  return found;
}

export const graphList = async (world: Pick<World, "asDeployer">, path: string): Promise<readonly Fields[]> =>
  await listAt(world, "microsoftGraph", path);

/** The audience in a vault's own challenge. */
async function vaultAudience(url: string): Promise<string> {
  const { headers } = await ask({ url: `${new URL(url).origin}/secrets?api-version=7.4` });
  return /resource="([^"]+)"/u.exec(headers["www-authenticate"] ?? "")?.[1] ?? new URL(url).origin;
}

/** GUID of the given tenant, by discovery. @param tenant GUID or domain */
async function tenantIn(cloud: Cloud, tenant: string): Promise<string> {
  const { body } = await ask({ url: `${cloud.authority}/${tenant}/v2.0/.well-known/openid-configuration` });
  return /[0-9a-f-]{36}/u.exec(textOf(body?.["issuer"]))?.[0] ?? tenant;
}

/** Tenant of the deployer's sign-in. */
async function ownTenant(cloud: Cloud, environment: NodeJS.ProcessEnv): Promise<string> {
  const token = await azureCredential(cloud, environment).getToken(`${cloud.resourceManager}/.default`);
  return textOf(claimsIn(token?.token ?? "")["tid"]);
}

/** The default of `az login`, which the providers use too; undefined without the Azure CLI or a sign-in. */
function ofLogin(environment: NodeJS.ProcessEnv): string | undefined {
  const { status, stdout } = spawnSync("az", ["account", "show", "--query", "id", "--output", "tsv"], {
    env: environment,
    encoding: "utf8",
  });
  return status === 0 && stdout.trim() !== "" ? stdout.trim() : undefined;
}

async function onlySubscription(asDeployer: World["asDeployer"]): Promise<string> {
  const [first, ...more] = await listAt({ asDeployer }, "resourceManager", "/subscriptions?api-version=2022-12-01");
  if (first !== undefined && more.length === 0) return textOf(first["subscriptionId"]);
  throw new Failure(
    "acceptance",
    `There are ${more.length + (first === undefined ? 0 : 1)} subscriptions to choose from.`,
    run("Name a subscription", useSubscription()),
  );
}
