/** What a stolen token opens: from the stack, its state and the token's tags. */
import { resolve } from "node:path";
import { type Application, findApplicationOf } from "../../lib/application/applications";
import { identifierIn } from "../../lib/application/identifier";
import { isOwned } from "../../lib/application/own";
import { consentType, recordType } from "../../lib/application/recorded";
import type { AzureApi } from "../../lib/azure/api";
import { microsoftGraph } from "../../lib/azure/graph";
import type { Cloud } from "../../lib/config/clouds";
import { type CredentialKind, isGuid, modelName } from "../../lib/config/limits";
import { isOurs, tokenTags } from "../../lib/token/tags";
import { refreshTokenNameOf } from "../../lib/token/target";
import { type Code, Failure } from "../../lib/errors/failure";
import { within } from "../../lib/http/within";
import { now } from "../../lib/startup/clock";
import { interruption } from "../../lib/startup/waiting";
import { type SecretVersion, Vault } from "../../lib/vault/secrets";
import { nameIn, readDeployment, type StateResource } from "../engine/deployment";
import { namesOf } from "../engine/project";
import { type StackWithPlace, readWithPlace, vaultUriIn } from "../engine/stack";
import { UsageError } from "../terminal/exit-code";
import { credentialTypes } from "../rotate/scheduled";
import { cloudTold, type StackOptions } from "../options/target-options";

export interface Account {
  /** Object id, and user principal name: "" if it is not known. */
  id: string;
  name: string;
}

export interface StateCredential {
  kind: CredentialKind;
  label: string;
  /** On the application. */
  keyId: string;
  certificate?: { name: string; version: string };
}

export interface Plan {
  stack: StackWithPlace;
  cloud: Cloud;
  tenantId: string;
  clientId: string;
  vault: Vault;
  graph: AzureApi;
  /** Undefined also where it cannot be read. */
  application?: Application | undefined;
  /** Whether it is the stack's, by what Entra shows or a setting: the state could name anybody's. */
  owns: (application: Application) => boolean;
  /** The stack's credentials, replaced ones too. Empty if the stack made none. */
  credentials: readonly StateCredential[];
  /** Whether the token is redeemed with a client secret that somebody else keeps. */
  isOthers?: boolean;
  /** Accounts that signed in for a token that has not expired. */
  accounts: readonly Account[];
  /** When the oldest unexpired token was stored: a renewal does not end the token before. */
  since: Date;
}

/** Reads within a limit: a revocation must not wait for a silent service. @throws Failure after 20 seconds */
export const inTime = <T>(code: Code, what: string, read: () => Promise<T>): Promise<T> =>
  within(20_000, undefined, () => new Failure(code, what), read);

/** @throws UsageError if the stack was never deployed; SettingsError */
export async function planRevocation(options: StackOptions): Promise<Plan> {
  const engine = { cwd: resolve(options.cwd ?? "."), environment: process.env };
  const [stack, { resources }] = await Promise.all([
    readWithPlace(options, process.env),
    readDeployment(engine, options.stack),
  ]);
  const { settings, outputs } = stack;
  const { applicationId: clientId, tenantId } = outputs;
  if (clientId === undefined || tenantId === undefined)
    throw new UsageError(`Stack ${stack.name} was never deployed: it has no refresh token.`);
  const cloud = cloudTold(settings.cloud, settings.endpoints);
  const vault = new Vault(cloud, vaultUriIn(cloud, stack));
  const graph = microsoftGraph(cloud, tenantId);
  const slow = "Microsoft Graph did not answer in time.";
  const [versions, application] = await Promise.all([
    listed(vault, refreshTokenNameOf(tenantId)),
    seen(inTime("graph-slow", slow, () => findApplicationOf(graph, clientId))),
  ]);
  const own = versions.filter(({ tags }) => isOurs({ clientId, tenantId, cloud }, tags));
  const { project, name } = namesOf(options.stack, engine.cwd);
  const models = resources.filter(({ type }) => type === consentType).map(({ urn }) => nameIn(urn));
  const uniques = [modelName, ...models].map((model) => identifierIn(tenantId, project, name, model));
  return {
    ...{ stack, cloud, tenantId, clientId, vault, graph, application },
    owns: (shown) => isOwned(shown, stack.existingApplication ?? "", ...uniques),
    credentials: credentialsIn(resources),
    isOthers: outputs.credential !== undefined && outputs.credential.name !== recordIn(resources),
    accounts: accountsIn(resources, own),
    since: new Date(Math.min(now(), ...own.filter(isLive).map(({ createdOn }) => createdOn.getTime()))),
  };
}

/** undefined if Graph refuses: the removal of its credentials reports that. */
const seen = (asked: Promise<Application | undefined>): Promise<Application | undefined> =>
  asked.catch((error: unknown) => {
    if (interruption().aborted) throw error;
    return undefined;
  });

/** The token's versions; none if the vault is too slow, which does not stop their disabling. */
async function listed(vault: Vault, name: string): Promise<SecretVersion[]> {
  const slow = `The vault ${vault.uri} did not answer in time.`;
  return await inTime("vault-slow", slow, () => vault.listVersions(name)).catch((error: unknown) => {
    if (error instanceof Failure && error.code !== "interrupted") return [];
    throw error;
  });
}

const recordIn = (resources: readonly StateResource[]): unknown =>
  resources.find(({ type }) => type === recordType)?.outputs?.["recordName"];

function credentialsIn(resources: readonly StateResource[]): StateCredential[] {
  const made = resources.filter(({ type }) => type.endsWith(":ClientCertificate"));
  const certificates = new Map(made.map(({ urn, outputs = {} }) => [nameIn(urn), outputs]));
  return resources.flatMap(({ type, urn, outputs = {} }): StateCredential[] => {
    const kind = credentialTypes.get(type);
    const { keyId, displayName } = outputs;
    if (kind === undefined || typeof keyId !== "string") return [];
    if (kind === "secret") return [{ kind, label: String(displayName), keyId }];
    const { certificateName, version } = certificates.get(nameIn(urn)) ?? {};
    const certificate = { name: String(certificateName), version: String(version) };
    return [{ kind, label: nameIn(urn), keyId, ...(version !== undefined && { certificate }) }];
  });
}

/** Tags may be forged: the state's own account is always among them. */
function accountsIn(resources: readonly StateResource[], versions: readonly SecretVersion[]): Account[] {
  const consents = resources.filter(({ type }) => type === consentType).map(({ outputs = {} }) => outputs);
  const own = consents.map(({ accountId: id, accountName: name }) => ({ id, name }));
  return distinct([...own, ...accountsOf(versions)]);
}

/** The accounts that signed in for versions that have not ended. */
export function accountsOf(versions: readonly SecretVersion[]): Account[] {
  const tags = versions.filter(isLive).map((one) => tokenTags(one.tags));
  return distinct(tags.map((one) => ({ id: one?.account, name: one?.["account-name"] })));
}

function distinct(accounts: readonly { id?: unknown; name?: unknown }[]): Account[] {
  const affected = new Map<string, Account>();
  for (const { id, name } of accounts) {
    if (typeof id !== "string" || !isGuid(id)) continue;
    const key = id.toLowerCase();
    if (!affected.has(key)) affected.set(key, { id: key, name: typeof name === "string" ? name : "" });
  }
  return [...affected.values()];
}

/** Entra redeems it until then, disabled in the vault or not. */
const isLive = ({ expiresOn }: SecretVersion): boolean => expiresOn === undefined || expiresOn.getTime() > now();

export const accountText = ({ id, name }: Account): string => (name === "" ? id : `${name} (${id})`);
