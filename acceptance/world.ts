/** The environment of the checks: the stack's cloud and tenant, the deployer's identity, and the throwaway stack. */
import type { TokenCredential } from "@azure/identity";
import { azureCredential } from "../azure/credential";
import { useSubscription } from "../azure/resource-manager";
import type { Settings } from "../config/combinations";
import { type Cloud, cloudOf } from "../config/clouds";
import { Failure, run } from "../errors/failure";
import { type Answer, ask, type Question } from "./http";
import { claimsIn, type Fields, listOf, textOf } from "./answers";
import type { Deployment } from "./deployment";
import type { Interruption } from "./interruption";
import type { Values } from "./template";

/** A service that the deployer has a token for. */
export type Service = "microsoftGraph" | "resourceManager" | "keyVault";

export interface World {
  cloud: Cloud;
  tenantId: string;
  subscriptionId: string;
  settings: Settings;
  /** A cloud that the tenant is not in. */
  other: Cloud | undefined;
  deployment: Deployment;
  /** The template's settings, unchanged. */
  values: Values;
  /** User principal name of a person who may consent for the whole tenant. */
  administrator: string | undefined;
  interruption: Interruption;
  /** Id of the run: part of every name that it creates. */
  id: string;
  /** Sends a request with this process's own identity. @param path with its query, or a whole address */
  asDeployer: (service: Service, question: Omit<Question, "url"> & { path: string }) => Promise<Answer>;
  /** Texts that no report may contain; code that reads a secret adds it. */
  secrets: Set<string>;
}

/** The part that is known before anything is created. */
type Known = Omit<World, "deployment" | "values" | "id" | "administrator" | "interruption">;

export interface WorldOptions {
  settings: Settings;
  other: Cloud | undefined;
  environment: NodeJS.ProcessEnv;
}

/** @throws Failure when there are several subscriptions; CredentialError without a sign-in */
export async function worldOf({ settings, other, environment }: WorldOptions): Promise<Known> {
  const cloud = cloudOf(settings.cloud, settings.endpoints);
  const { tenantId: named = environment["ARM_TENANT_ID"] ?? environment["AZURE_TENANT_ID"] } = settings;
  const tenantId = named === undefined ? await ownTenant(cloud, environment) : await tenantIn(cloud, named);
  const credential = azureCredential(cloud, { ...environment, ARM_TENANT_ID: tenantId });
  const secrets = new Set<string>();
  const asDeployer = asking(cloud, credential, secrets);
  const subscriptionId = environment["ARM_SUBSCRIPTION_ID"] ?? (await onlySubscription(asDeployer));
  return { cloud, tenantId, subscriptionId, settings, other, asDeployer, secrets };
}

function asking(cloud: Cloud, credential: TokenCredential, secrets: Set<string>): World["asDeployer"] {
  return async (service, { path, headers, ...question }) => {
    const url = path.startsWith("https://") ? path : `${service === "keyVault" ? "" : cloud[service]}${path}`;
    const audience = service === "keyVault" ? await vaultAudience(url) : cloud[service];
    const token = (await credential.getToken(`${audience}/.default`))?.token ?? "";
    secrets.add(token);
    return await ask({ ...question, url, headers: { Authorization: `Bearer ${token}`, ...headers } });
  };
}

/** The first page of a list of Microsoft Graph's, as the deployer; empty if it is refused. */
export async function graphList({ asDeployer }: Pick<World, "asDeployer">, path: string): Promise<readonly Fields[]> {
  return listOf((await asDeployer("microsoftGraph", { path })).body?.["value"]);
}

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

async function onlySubscription(asDeployer: World["asDeployer"]): Promise<string> {
  const { body } = await asDeployer("resourceManager", { path: "/subscriptions?api-version=2022-12-01" });
  const [first, ...more] = listOf(body?.["value"]);
  if (first !== undefined && more.length === 0) return textOf(first["subscriptionId"]);
  throw new Failure(
    "acceptance-subscription",
    `There are ${more.length + (first === undefined ? 0 : 1)} subscriptions to choose from.`,
    run("Name one", useSubscription()),
  );
}
