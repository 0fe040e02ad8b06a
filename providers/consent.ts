/** What PartnerConsent does, in the engine's provider process. Everything here must handle the state of every earlier version. */
import type { DeclaredResource } from "../application/permissions";
import { type CloudChoice, cloudOf } from "../config/clouds";
import { consent, type ConsentOptions } from "../consent/consent";
import { OlderTokensError } from "../consent/errors";
import { factsOf, type Health, lookAtToken, refusedOr, type TokenFacts, type TokenState } from "../consent/health";
import { healthByRedeeming } from "../consent/redeemable";
import { Directory } from "../application/directory";
import { ungranted, without } from "../application/ungranted";
import { microsoftGraph } from "../azure/graph";
import { Failure } from "../errors/failure";
import { retireTokens } from "../consent/retire";
import { supersededIn } from "../consent/store";
import { rollTokens } from "../consent/roll";
import { requireUnused } from "../consent/secret-in-use";
import { isOurs, tokenTags } from "../consent/tags";
import type { ConsentTarget } from "../consent/target";
import { type SecretVersion, Vault } from "../vault/secrets";
import { VaultError } from "../vault/vault-error";
import { CredentialError } from "../azure/credential-error";
import { pause } from "../startup/waiting";
import { cleanError, partialFailure } from "./failures";
import { terminalSurface } from "./terminal-surface";

interface Inputs
  extends CloudChoice, Omit<ConsentTarget, "cloud" | "account" | "permissions">, Omit<ConsentOptions, "force"> {
  /** State of an earlier version has none. */
  permissions?: DeclaredResource[];
  /** The client secret that is being rotated out: once it is absent, that one goes. */
  previousClientSecretName?: string | undefined;
  /** Those before it that tokens still named. */
  olderClientSecretNames?: string[] | undefined;
  /** Whether all tokens of the vault that name another one of the stack's are published with the current one. */
  rollTokens?: true | undefined;
  /** "" for whoever signs in. */
  account: string;
  health: Health;
  providerVersion: string;
  __provider: string;
}

interface Found extends Omit<TokenFacts, "health" | "account"> {
  accountId: string;
  /** Why the last refresh could not look at what is granted; "" where it could, or had no need to. State of an earlier version has none. */
  grantsUnseen?: string;
}

type Outputs = Inputs & Found;

export async function create(inputs: Inputs): Promise<{ id: string; outs: Outputs }> {
  const id = `${inputs.vaultUri.replace(/\/$/u, "")}/secrets/${inputs.refreshTokenName}`;
  return { id, outs: await finish(id, inputs, factsOf({ health: "missing", version: undefined })) };
}

/**
 * Finishes what create could not, repairs what drifted, renews what expires, publishes a new client secret. The engine deletes what is no
 * longer declared after all updates, and nothing once one has failed: so a client secret that a token still names stays.
 */
export async function update(id: string, olds: Outputs, news: Inputs): Promise<{ outs: Outputs }> {
  const kept = secretsOf(news);
  const goes = retiring(olds).filter((name) => !kept.includes(name));
  // Where all tokens are rolled the one that was current may go, too: it was made anew, or revoked.
  const replaced = news.rollTokens === true ? [olds.clientSecretName, ...retiring(olds)] : [];
  return { outs: await finish(id, news, parted(olds).facts, { goes, replaced }) };
}

/** The client secrets that are there beside the current one. */
function retiring({ previousClientSecretName: previous, olderClientSecretNames: older = [] }: Inputs): string[] {
  return previous === undefined ? older : [previous, ...older];
}

const secretsOf = (inputs: Inputs): string[] => [inputs.clientSecretName, ...retiring(inputs)];

interface Rotation {
  /** The client secrets that are being taken out. */
  goes: readonly string[];
  /** Those that tokens may name, beside what is declared. */
  replaced: readonly string[];
}

/**
 * Looks at the vault's metadata, and redeems the token where it may read it. What it finds becomes inputs too: the program declares
 * health "ok" and the client secret that the token is redeemed with, so anything else shows as a change. A vault that cannot be read never blocks a repair.
 */
export async function read(id: string, outputs: Outputs): Promise<{ id: string; props: Outputs; inputs: Inputs }> {
  // An unfinished consent stays unfinished until update() ran, whatever the vault holds.
  const props = outputs.health === "unfinished" ? outputs : await look(outputs);
  return { id, props, inputs: parted(props).inputs };
}

/**
 * Disables every enabled version that is this stack's, its own or not: a renewal stores them too, and the command that a refused `up` prints.
 * What may still be enabled fails the destroy. A vault that is gone blocks none.
 */
export async function remove(_id: string, outputs: Outputs): Promise<void> {
  const target = targetOf(outputs);
  try {
    await retireTokens(target, new Vault(target.cloud, target.vaultUri));
  } catch (error) {
    if (!(error instanceof VaultError) || error.reason !== "unresolved") throw cleanError(error);
    console.error(
      `The vault ${target.vaultUri} has no address: it is gone, and no token in it can be read. Recovered, it has them as they were.`,
    );
  }
}

export { remove as delete };

/**
 * @param before what stays on record when the consent cannot be finished: a destroy has to disable that version, or the newer one that is there
 */
async function finish(
  id: string,
  inputs: Inputs,
  before: TokenFacts,
  { goes, replaced }: Rotation = { goes: [], replaced: [] },
): Promise<Outputs> {
  let known = before;
  try {
    const { mode, port, deadlineMinutes, warnBeforeDays, grantsMade = false } = inputs;
    const options = { mode, port, deadlineMinutes, warnBeforeDays, grantsMade, force: false };
    const onToken = (token: TokenFacts) => {
      known = token;
    };
    const target = targetOf(inputs);
    known = await consent(target, options, terminalSurface(), onToken);
    const vault = new Vault(target.cloud, target.vaultUri);
    const older = new Set(inputs.rollTokens === true ? [...retiring(inputs), ...replaced] : []);
    const say = (line: string) => {
      console.error(line);
    };
    const unredeemable = older.size === 0 ? [] : await rollTokens(target, vault, (one) => older.has(one), say);
    await requireUnused(target, vault, goes, unredeemable);
    return outputsOf(inputs, known);
  } catch (error) {
    // Everything else of the deployment is in place: the next `up` calls update().
    const version = error instanceof OlderTokensError ? error.version : known.version;
    // Still to go: the next update() looks again.
    const left = withGoing(inputs, goes);
    throw partialFailure(id, outputsOf(left, { ...known, version, health: "unfinished" }), error);
  }
}

/** As what is still there: of several the first has its place where nothing else has. */
function withGoing(inputs: Inputs, goes: readonly string[]): Inputs {
  const [previousClientSecretName, ...older] = [...retiring(inputs), ...goes];
  if (goes.length === 0 || previousClientSecretName === undefined) return inputs;
  return {
    ...inputs,
    previousClientSecretName,
    ...(older.length > 0 && { olderClientSecretNames: older }),
  };
}

async function look(outputs: Outputs): Promise<Outputs> {
  const target = targetOf(outputs);
  try {
    const vault = new Vault(target.cloud, target.vaultUri);
    const versions = await refusedOr(vault.listVersions(target.refreshTokenName));
    const state = await lookAtToken(target, vault, outputs.warnBeforeDays, versions);
    if (state.health !== "unreadable") {
      const health = await healthByRedeeming(target, vault, state, (why) => {
        console.error(`Consent: ${why}`);
      });
      const isSettled = !holds.includes(health) || !(await isUnsettled(target, vault, state, versions));
      const settled = isSettled ? health : "unfinished";
      const seen = outputsOf(
        { ...outputs, ...publishedIn(outputs, target, state) },
        factsOf({ ...state, health: settled }),
      );
      return { ...seen, ...(await grantsOf(seen)) };
    }
  } catch (error) {
    if (!(error instanceof CredentialError)) throw cleanError(error);
  }
  return outputsOf(outputs, { ...parted(outputs).facts, health: "unreadable" });
}

const holds: readonly Health[] = ["ok", "expiring"];

/** Milliseconds between the store of a renewal and its disabling of the version before, amply. */
const settling = 3000;

/** Whether a run was killed after it had stored the token: versions before it are enabled still, and stay so. */
async function isUnsettled(
  target: ConsentTarget,
  vault: Vault,
  { version }: TokenState,
  listed: readonly SecretVersion[] | VaultError,
): Promise<boolean> {
  if (version === undefined || listed instanceof VaultError) return false;
  const isLeft = (versions: readonly SecretVersion[]) => supersededIn(target, versions, version.version).length > 0;
  if (!isLeft(listed)) return false;
  await pause(settling);
  return isLeft(await vault.listVersions(target.refreshTokenName));
}

/** Where what is granted is anybody's question. */
const granting: readonly Health[] = ["ok", "expiring", "incomplete"];

/** What is not granted is missing from the inputs too, so that it shows by its name: the directory tells, where one redemption does not. */
async function grantsOf({ permissions, ...seen }: Outputs): Promise<Partial<Outputs>> {
  // Without a valid token there is nothing to compare the declared permissions with.
  if (permissions === undefined || seen.accountId === "" || !granting.includes(seen.health)) return {};
  try {
    const { cloud, tenantId, clientId } = targetOf(seen);
    const directory = new Directory(microsoftGraph(cloud, tenantId));
    const missing = await ungranted(directory, clientId, permissions, seen.accountId);
    const health = missing.length > 0 && seen.health === "ok" ? "incomplete" : seen.health;
    return { permissions: without(permissions, missing), health, grantsUnseen: "" };
  } catch (error) {
    // What keeps this process from looking keeps nobody from a repair.
    if (!(error instanceof Failure)) throw cleanError(error);
    const grantsUnseen = `whether the declared permissions are granted could not be looked at (Directory.Read.All on Microsoft Graph): ${error.what}`;
    console.error(`Consent: ${grantsUnseen}`);
    return { permissions, grantsUnseen };
  }
}

/**
 * What consumers of our token redeem it with. Where that is another one than on record, a run was killed after it had published ours: tokens of
 * others may still name the one on record, so that goes on being known as one that is to go.
 */
function publishedIn(outputs: Outputs, target: ConsentTarget, { version }: TokenState): Partial<Inputs> {
  const tags = version !== undefined && isOurs(target, version.tags) ? tokenTags(version.tags) : undefined;
  if (tags === undefined) return {};
  const { clientSecretName: before, olderClientSecretNames: older = [] } = outputs;
  const { "client-secret": clientSecretName } = tags;
  const isKnown = [clientSecretName, ...retiring(outputs)].includes(before);
  return { clientSecretName, ...(isKnown ? {} : { olderClientSecretNames: [...older, before] }) };
}

function targetOf(inputs: Inputs): ConsentTarget {
  const { tenantId, clientId, vaultUri, refreshTokenName, clientSecretName, stack, takeOverFrom } = inputs;
  const account = inputs.account === "" ? undefined : inputs.account;
  const cloud = cloudOf(inputs.cloud, inputs.endpoints);
  const { permissions = [] } = inputs;
  const names = { tenantId, clientId, vaultUri, refreshTokenName, clientSecretName, stack, takeOverFrom };
  return { cloud, ...names, account, permissions };
}

function outputsOf(inputs: Inputs, facts: TokenFacts): Outputs {
  const { account: accountId, ...found } = facts;
  return { ...inputs, ...found, accountId, grantsUnseen: "" };
}

/** The inputs, and what the last run found; state of a consent that never was finished lacks some of that. */
function parted(outputs: Inputs & Partial<Found>): { inputs: Inputs; facts: TokenFacts } {
  const { version = "", accountId = "", accountName = "", consentedOn = "", expiresOn = "", ...others } = outputs;
  const inputs = { ...others };
  delete inputs.grantsUnseen;
  return { inputs, facts: { health: inputs.health, version, account: accountId, accountName, consentedOn, expiresOn } };
}
