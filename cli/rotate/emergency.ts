/** A rotation at once; the next run continues where one was interrupted. */
import { resolve } from "node:path";
import type { Credential, Credentials } from "../../lib/config/limits";
import { isSame, labelsOf, previousSettings } from "../../lib/consent/credential-plan";
import { isMadeHere, labelOf, parseReference } from "../../lib/consent/credential-reference";
import {
  calendarOf,
  dayIn,
  labelOfToday,
  labelVariable,
  periodAt,
  periodVariable,
  revokeVariable,
} from "../../lib/consent/periods";
import { reissueTokens } from "../../lib/consent/reissue";
import { noStack } from "../../lib/consent/tags";
import { refreshTokenNameOf } from "../../lib/consent/target";
import {
  again,
  byPerson,
  type Command,
  present,
  pulumi,
  removeSetting,
  sentence,
  setSettings,
} from "../../lib/errors/failure";
import { now } from "../../lib/startup/clock";
import { readStack, type Stack, vaultOf } from "../engine/stack";
import { type Engine, haveEngine, requirePassphrase } from "../engine/engine";
import { UsageError } from "../terminal/exit-code";
import { printNote } from "../terminal/output";
import { requireOwnCode } from "../engine/run-on-stack";
import { cloudTold, configurationFile, stackFileText, type StackOptions } from "../options/target-options";
import { type Rotated, runUp } from "./scheduled";

export interface Emergency extends StackOptions {
  revokeNow?: boolean;
}

export interface Plan {
  stack: Stack;
  /** Whether the settings name the credential, instead of the calendar. */
  isByHand: boolean;
  label: string;
  /** The credentials that it replaces, the newest first. */
  replaced: readonly Credential[];
  /** Whether an interrupted run has already created it. */
  isBegun: boolean;
}

/**
 * A calendar's credentials are in the outputs once they are made, those by hand in the settings.
 * An emergency's label is no period's first day, or has a number: today's was created by a run of today.
 * @throws UsageError if there is nothing to rotate; SettingsError; VaultError
 */
export async function planEmergency(options: Emergency): Promise<Plan> {
  // Before the settings are changed, which is before the engine's first run.
  await requireOwnCode(options);
  await requirePassphrase(engineOf(options), options.stack, stackFileText(options));
  const stack = await readStack(options, process.env);
  const { name, outputs } = stack;
  const { credential } = stack.settings;
  if (credential.vaultSecretName !== undefined)
    throw new UsageError(`Stack ${name} makes no client secret: whoever made the one in its vault rotates it.`);
  if (outputs.applicationId === undefined || referenceIn(outputs) === undefined)
    throw new UsageError(`Stack ${name} was never deployed: it has nothing to rotate.`);
  if (stack.references !== undefined) return await planOfProgram(stack, stack.references, options);
  const deployed = await deployedIn(stack, credential.declared);
  const calendar = calendarOf(credential);
  const period = calendar && periodAt(calendar, now());
  // The first rotation of a calendar may be this one.
  const isByHand = calendar === undefined || (period === undefined && outputs.credentials === undefined);
  const all = isByHand ? withDeployed(credential.declared, deployed) : (outputs.credentials ?? [deployed]);
  const [current, ...others] = all;
  const isOfToday = current.kind === credential.kind && dayIn(current.label) === labelOfToday([], now());
  const isUnfinished = others.length > 0 && isOfToday && current.label !== period?.label;
  const isBegun = isUnfinished || (isByHand && !isSame(current, deployed));
  return {
    ...{ stack, isByHand, isBegun },
    label: isBegun ? current.label : labelOfToday(labelsOf(all), now()),
    // The settings name only one previous credential: an older one is taken out.
    replaced: isBegun ? others : isByHand ? [current] : all,
  };
}

/** A program of one's own makes the new credential: what is left is to publish the vault's other tokens with it. */
async function planOfProgram(
  stack: Stack,
  references: readonly [string, ...string[]],
  { revokeNow = false }: Emergency,
): Promise<Plan> {
  const kindOf = (reference: string) => parseReference(reference)?.kind ?? "secret";
  const vault = vaultOf(stack);
  const found = references.map(async (reference) => ({
    kind: kindOf(reference),
    label: (await labelOf(vault, reference)) ?? reference,
  }));
  const [current, ...replaced] = await Promise.all(found);
  const { kind, label } = present(current, "The stack was deployed.");
  const deploy = byPerson("Deploy that", pulumi("up", "--stack", stack.name));
  const declares = `The program of stack ${stack.name} is your own, and declares its credentials`;
  if (replaced.length === 0) {
    const made = [labelOfToday([label], now()), label].map((one) => `{ kind: "${kind}", label: "${one}" }`);
    const declare = sentence(`Declare the new one first: declared: [${made.join(", ")}].`);
    throw new UsageError(`${declares}: ${label} alone.`, declare, deploy, byPerson("Run this again", again()));
  }
  if (revokeNow) {
    const old = labelsOf(replaced).join(", ");
    throw new UsageError(`${declares}.`, sentence(`Remove ${old} from its credentials.`), deploy);
  }
  return { stack, isByHand: false, isBegun: true, label, replaced };
}

const referenceIn = ({ clientSecretName, credential }: Stack["outputs"]): string | undefined =>
  credential ?? clientSecretName;

/** The deployed credential: the settings may name another one already. */
async function deployedIn(stack: Stack, [current]: Credentials): Promise<Credential> {
  const { outputs } = stack;
  const reference = present(referenceIn(outputs), "The stack was deployed.");
  const label = (await labelOf(vaultOf(stack), reference)) ?? reference;
  return outputs.credential === undefined ? { ...current, kind: "secret", label } : { kind: "certificate", label };
}

/** The deployed credential is the previous one where the current one is not deployed. */
function withDeployed(declared: Credentials, deployed: Credential): Credentials {
  const [current, previous = deployed] = declared;
  return isSame(current, deployed) ? declared : [current, previous];
}

/** @throws Failure if the engine failed, or a token could not be rolled */
export async function rotateNow(plan: Plan, options: Emergency): Promise<Rotated> {
  const { label, isByHand, isBegun, replaced } = plan;
  const { revokeNow = false } = options;
  if (plan.stack.references !== undefined) await rollTo(plan.stack);
  else if (isByHand) await byHand(plan, options);
  else {
    const others = revokeNow ? ", and removing the others" : "";
    printNote(`Creating ${label}, switching all tokens of the vault to it${others} …`);
    await runUp(options, { [periodVariable]: "", [labelVariable]: label, [revokeVariable]: String(revokeNow) });
  }
  return { made: isBegun ? [] : [label], gone: revokeNow ? labelsOf(replaced) : [] };
}

async function byHand({ stack, label, replaced: [old] }: Plan, options: Emergency): Promise<void> {
  const [current, previous] = stack.settings.credential.declared;
  const before = present(old, "A rotation replaces a credential.");
  const isNamed = previous !== undefined && isSame(previous, before);
  const leaveOut = () => configure(options, removeSetting("credential.previous"));
  if (current.label !== label || !isNamed) {
    // The settings name only one previous credential: older tokens are rolled first.
    if (previous !== undefined && !isNamed) {
      await rollTo(stack);
      await leaveOut();
    }
    printNote(`Setting credential.label ${label}, and ${before.label} as the previous one …`);
    await configure(options, setSettings({ "credential.label": label, ...previousSettings(before) }));
  }
  printNote(`Creating ${label}, and switching the stack's token to it …`);
  await runUp(options, { [periodVariable]: "" });
  await rollTo(await readStack(options, process.env));
  if (options.revokeNow !== true) return;
  printNote(`Removing ${before.label} from the application …`);
  await leaveOut();
  await runUp(options, { [periodVariable]: "" });
}

/** Rolls the vault's tokens of other credentials to the deployed one. */
async function rollTo(stack: Stack): Promise<void> {
  const { name, settings, outputs } = stack;
  const own = (output: string | undefined) => present(output, `Stack ${name} lacks an output.`);
  const [tenantId, vault] = [own(outputs.tenantId), vaultOf(stack)];
  const target = {
    ...{ tenantId, vaultUri: vault.uri, account: undefined, permissions: [], stack: noStack },
    cloud: cloudTold(settings.cloud, settings.endpoints),
    clientId: own(outputs.applicationId),
    clientSecretName: own(referenceIn(outputs)),
    refreshTokenName: refreshTokenNameOf(tenantId),
  };
  await reissueTokens(target, vault, isMadeHere, printNote);
}

async function configure(options: Emergency, { args }: Command): Promise<void> {
  const file = configurationFile(options);
  const place = ["--stack", options.stack, ...(file === undefined ? [] : ["--config-file", file])];
  await haveEngine(engineOf(options), ...args, ...place);
}

const engineOf = ({ cwd = "." }: Emergency): Engine => ({ cwd: resolve(cwd), environment: process.env });
