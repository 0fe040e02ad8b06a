/** The provider of PartnerConsent, in the engine's provider process. It must handle the state of every release. */
import type { DeclaredResource } from "../application/permissions";
import { type CloudChoice, cloudOf } from "../config/clouds";
import { readsMetadataOnly } from "../config/own-variables";
import { consent, type ConsentOptions } from "../consent/consent";
import { OlderTokensError } from "../token/errors";
import { factsOf, lookAtVersions, type TokenFacts, type TokenState } from "../token/health";
import type { Health } from "../credential/lifetime";
import { healthByRedeeming } from "../token/verdict";
import { Directory } from "../application/directory";
import { takeBackFrom, wantedGrants } from "../application/delegated-grants";
import { grantedPart } from "../application/grants";
import { lostOf } from "../application/lost";
import { microsoftGraph } from "../azure/graph";
import { Failure } from "../errors/failure";
import { disableTokens } from "../token/disable-versions";
import { earlierIn } from "../token/reconcile";
import { isOurs, type Tags, tokenTags } from "../token/tags";
import type { ConsentTarget } from "../token/target";
import { type SecretVersion, Vault } from "../vault/secrets";
import { refusedOr, VaultError } from "../vault/vault-error";
import { CredentialError } from "../azure/credential-error";
import { pause } from "../startup/waiting";
import { cleanError, partialFailure } from "./failures";
import { terminalUi } from "./terminal-ui";

interface Inputs
  extends CloudChoice, Omit<ConsentTarget, "cloud" | "account" | "permissions">, Omit<ConsentOptions, "force"> {
  permissions?: DeclaredResource[];
  /** "" for any account. */
  account: string;
  health: Health;
}

interface TokenOutputs extends Omit<TokenFacts, "health" | "account"> {
  accountId: string;
  /** Why the last refresh could not read the grants; "" if it could. */
  grantsUnseen?: string;
  /** Former accounts, whose grants are taken back once the present account has signed in. */
  formerAccounts?: readonly string[];
}

type Outputs = Inputs & TokenOutputs;

export async function create(inputs: Inputs): Promise<{ id: string; outs: Outputs }> {
  const id = `${inputs.vaultUri.replace(/\/$/u, "")}/secrets/${inputs.refreshTokenName}`;
  return { id, outs: await finish(id, inputs, factsOf({ health: "missing", version: undefined })) };
}

/** Finishes what create could not, repairs drift, renews an expiring token. */
export async function update(id: string, olds: Outputs, news: Inputs): Promise<{ outs: Outputs }> {
  const former = news.grantsMade === true ? [...(olds.formerAccounts ?? []), olds.account] : [];
  const formerAccounts = [...new Set(former)].filter((one) => one !== "" && one !== news.account);
  return { outs: await finish(id, news, parted(olds).facts, formerAccounts) };
}

/**
 * Reads the vault's metadata, and redeems the token if it may. The results become inputs too, so that what
 * is not as declared shows as a change. A vault that cannot be read does not prevent a repair.
 */
export async function read(id: string, outputs: Outputs): Promise<{ id: string; props: Outputs; inputs: Inputs }> {
  // An unfinished consent stays unfinished until update() ran, whatever is in the vault.
  const isUnfinished = outputs.health === "unfinished";
  const looked = isUnfinished ? outputs : await look(outputs);
  const isKept = looked.health !== outputs.health && (await isRestorable(looked));
  const props = isKept ? outputs : looked;
  // A consent that becomes unfinished in this refresh has its token: only older versions must be disabled.
  if (!isKept && (isUnfinished || props.health !== "unfinished")) tellSignIn(props);
  return { id, props, inputs: parted(props).inputs };
}

/** Problems that a sign-in repairs: a preview shows only a change of the health. */
const lacking: Partial<Record<Health, string>> = {
  missing: "There is no token",
  deleted: "The token was deleted",
  disabled: "The token is disabled",
  foreign: "The stored token is not this stack's",
  expired: "The token has expired",
  refused: "Entra no longer accepts the token",
  unfinished: "The consent is not finished",
};

/** Prints in a preview whether a person must be present at the deployment. */
function tellSignIn({ health, account, mode }: Outputs): void {
  const isUntested = readsMetadataOnly() && (health === "ok" || health === "expiring");
  const why = isUntested ? "Whether Entra still accepts the token was not tested; if not" : lacking[health];
  if (why === undefined) return;
  const who = account === "" ? "somebody" : account;
  const asks =
    mode === "never" ? `fails until ${who} has signed in with secure-app-model consent` : `asks ${who} to sign in`;
  say(`Consent: ${why}${isUntested ? "," : ", so"} pulumi up ${asks}.`);
}

/**
 * Disables every enabled version of this stack, those of renewals and commands too. If one may still be
 * enabled, the destroy fails. A vault that no longer exists does not prevent it.
 */
export async function remove(_id: string, outputs: Outputs): Promise<void> {
  const target = targetOf(outputs);
  try {
    await disableTokens(target, new Vault(target.cloud, target.vaultUri));
  } catch (error) {
    if (!(error instanceof VaultError) || error.reason !== "unresolved") throw cleanError(error);
    console.error(
      `The vault ${target.vaultUri} has no address: it is gone, and no token in it can be read. Once recovered, it has them as before.`,
    );
  }
}

export { remove as delete };

/** Whether the application was deleted and can be restored, as then its recorded token and grants can. */
async function isRestorable({ cloud, endpoints, tenantId, clientId }: Inputs): Promise<boolean> {
  const lost = lostOf(microsoftGraph(cloudOf(cloud, endpoints), tenantId), clientId);
  return (await lost.catch(() => undefined))?.kept !== undefined;
}

/** @param before facts that stay recorded if the consent cannot be finished, so that a destroy disables that token */
async function finish(
  id: string,
  inputs: Inputs,
  before: TokenFacts,
  formerAccounts: readonly string[] = [],
): Promise<Outputs> {
  let known = before;
  try {
    const { mode, port, deadlineMinutes, warnBeforeDays, grantsMade = false } = inputs;
    const options = { mode, port, deadlineMinutes, warnBeforeDays, grantsMade, force: false };
    const onToken = (token: TokenFacts) => {
      known = token;
    };
    const target = targetOf(inputs);
    known = await consent(target, options, terminalUi(), onToken);
    const directory = new Directory(microsoftGraph(target.cloud, target.tenantId));
    const grants = wantedGrants(target.permissions);
    for (const account of formerAccounts)
      await takeBackFrom(directory, target.clientId, account, known.account, grants);
    return outputsOf(inputs, known);
  } catch (error) {
    // Everything else of the deployment is in place: the next `up` calls update().
    const version = error instanceof OlderTokensError ? error.version : known.version;
    const unfinished = outputsOf(inputs, { ...known, version, health: "unfinished" });
    throw partialFailure(id, { ...unfinished, ...(formerAccounts.length > 0 && { formerAccounts }) }, error);
  }
}

function say(line: string): void {
  console.error(line);
}

async function look(outputs: Outputs): Promise<Outputs> {
  const target = targetOf(outputs);
  try {
    const vault = new Vault(target.cloud, target.vaultUri);
    const versions = await refusedOr(vault.listVersions(target.refreshTokenName));
    const ours = (tags: Tags) => isOurs(target, tags);
    const state = await lookAtVersions(vault, target.refreshTokenName, ours, outputs.warnBeforeDays, versions);
    if (state.health !== "unreadable") {
      const health = await healthByRedeeming(target, vault, state, (why) => {
        say(`Consent: ${why}`);
      });
      const holds = health === "ok" || health === "expiring";
      const healthNow = holds && (await isUnreconciled(target, vault, versions)) ? "unfinished" : health;
      const seen = outputsOf({ ...outputs, ...namedBy(target, state) }, factsOf({ ...state, health: healthNow }));
      return { ...seen, ...(await grantsOf(seen)) };
    }
  } catch (error) {
    if (!(error instanceof CredentialError)) throw cleanError(error);
  }
  return outputsOf(outputs, { ...parted(outputs).facts, health: "unreadable" });
}

/** Milliseconds, with a margin, from storing a sign-in's version to disabling the versions before it. */
const settling = 3000;

/** Whether a run was killed after it stored the token: versions of earlier sign-ins remain enabled. */
async function isUnreconciled(
  target: ConsentTarget,
  vault: Vault,
  listed: readonly SecretVersion[] | VaultError,
): Promise<boolean> {
  if (listed instanceof VaultError || earlierIn(target, listed).length === 0) return false;
  await pause(settling);
  return earlierIn(target, await vault.listVersions(target.refreshTokenName)).length > 0;
}

/** Health values for which the grants matter. */
const granting: readonly Health[] = ["ok", "expiring", "incomplete"];

/** The granted permissions; as inputs they show a missing permission by its name, which a redemption does not. */
async function grantsOf({ permissions, ...seen }: Outputs): Promise<Partial<Outputs>> {
  // Without a valid token there is nothing to compare the declared permissions with.
  if (permissions === undefined || seen.accountId === "" || !granting.includes(seen.health)) return {};
  try {
    const { cloud, tenantId, clientId } = targetOf(seen);
    const directory = new Directory(microsoftGraph(cloud, tenantId));
    const granted = await grantedPart(directory, clientId, permissions, seen.accountId);
    const count = (all: readonly DeclaredResource[]) => all.flatMap(({ scopes }) => scopes).length;
    const isLess = count(granted) < count(permissions);
    const health = isLess && seen.health === "ok" ? "incomplete" : seen.health;
    return { permissions: granted, health, grantsUnseen: "" };
  } catch (error) {
    // A process without the right to read the grants must still be able to repair.
    if (!(error instanceof Failure)) throw cleanError(error);
    const grantsUnseen = `could not check whether the declared permissions are granted (Directory.Read.All on Microsoft Graph): ${error.what}`;
    console.error(`Consent: ${grantsUnseen}`);
    return { permissions, grantsUnseen };
  }
}

/** The credential's record that our token names. */
function namedBy(target: ConsentTarget, { version }: TokenState): Partial<Inputs> {
  const tags = version !== undefined && isOurs(target, version.tags) ? tokenTags(version.tags) : undefined;
  return tags === undefined ? {} : { credential: tags.credential };
}

function targetOf(inputs: Inputs): ConsentTarget {
  const { tenantId, clientId, vaultUri, refreshTokenName, credential, stack, takeOverFrom, permissions = [] } = inputs;
  const account = inputs.account === "" ? undefined : inputs.account;
  const cloud = cloudOf(inputs.cloud, inputs.endpoints);
  const awaitsRole = inputs.awaitsRole !== false;
  const names = { tenantId, clientId, vaultUri, awaitsRole, refreshTokenName, credential, stack, takeOverFrom };
  return { cloud, ...names, account, permissions };
}

function outputsOf(inputs: Inputs, facts: TokenFacts): Outputs {
  const { account: accountId, ...found } = facts;
  return { ...inputs, ...found, accountId, grantsUnseen: "" };
}

/** Separates inputs from what the last run found, some of which an unfinished consent may lack. */
function parted(outputs: Inputs & Partial<TokenOutputs>): { inputs: Inputs; facts: TokenFacts } {
  const { version = "", accountId = "", accountName = "", consentedOn = "", expiresOn = "", ...others } = outputs;
  const { grantsUnseen: _grantsUnseen, formerAccounts: _formerAccounts, ...inputs } = others;
  return { inputs, facts: { health: inputs.health, version, account: accountId, accountName, consentedOn, expiresOn } };
}
