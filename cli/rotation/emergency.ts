/** A rotation at once, by hand or by the calendar: one run of every step. Cut off, the next run goes on with the step that was not finished. */
import { resolve } from "node:path";
import { azureCredential } from "../../azure/credential";
import { cloudOf } from "../../config/clouds";
import type { CredentialKind } from "../../config/limits";
import { credentialKindOf, previousSetting } from "../../consent/credential-plan";
import { isMadeHere } from "../../consent/credential-reference";
import { labelOf } from "../../consent/credential-label";
import { calendarOf, dayIn, labelOfToday, periodAt } from "../../consent/periods";
import { rollTokens } from "../../consent/roll";
import { labelVariable, periodVariable, revokeVariable } from "../../consent/rotation-variables";
import { noStack } from "../../consent/tags";
import { refreshTokenNameOf } from "../../consent/target";
import { namespace, present, setSettings } from "../../errors/failure";
import { now } from "../../startup/clock";
import { Vault } from "../../vault/secrets";
import { readStack, type Stack } from "../doctor/stack";
import { haveEngine } from "../engine";
import { UsageError } from "../exit-code";
import { printNote } from "../output";
import { configurationFile, type StackOptions } from "../target-options";
import { byHandIn, type ByHand } from "./by-hand";
import { calendarIn } from "./due";
import { runUp } from "./run-up";
import type { Rotated } from "./scheduled";

export interface Emergency extends StackOptions {
  /** Whether what is replaced goes at once. */
  revokeNow?: boolean;
}

/** What there is, and what will be done. */
export interface Plan {
  stack: Stack;
  /** Whether the settings name the credential, not the calendar. */
  isByHand: boolean;
  /** What the new one is. */
  kind: CredentialKind;
  /** The label of the new credential. */
  label: string;
  /** The labels of those that it replaces. */
  replaced: readonly string[];
  /** Whether one of those is a client secret, which somebody may hold. */
  replacesSecret: boolean;
  /** Whether a run that was cut off has made it already. */
  isBegun: boolean;
}

/** @throws UsageError where there is nothing to rotate, or the stack was never deployed; SettingsError; VaultError */
export async function planEmergency(options: Emergency): Promise<Plan> {
  const stack = await readStack(options, process.env);
  const { settings, outputs } = stack;
  if ("clientSecret" in settings && "vaultSecretName" in settings.clientSecret)
    throw new UsageError(`Stack ${stack.name} makes no client secret: who made the one in its vault rotates it.`);
  if (outputs.applicationId === undefined || referenceIn(outputs) === undefined)
    throw new UsageError(`Stack ${stack.name} was never deployed: it has nothing to rotate.`);
  return isByCalendar(stack) ? await planByCalendar(stack) : await planByHand(stack);
}

const referenceIn = ({ clientSecretName, credential }: Stack["outputs"]): string | undefined =>
  credential ?? clientSecretName;

/** Whether the calendar has begun: its first rotation may be this one. */
function isByCalendar({ settings, outputs }: Stack): boolean {
  const calendar = calendarOf(calendarIn(settings));
  return calendar !== undefined && (outputs.credentials !== undefined || periodAt(calendar, now()) !== undefined);
}

/** @throws Failure where the engine failed, or a token could not be rolled */
export async function rotateNow(plan: Plan, options: Emergency): Promise<Rotated> {
  const { label, isByHand } = plan;
  if (isByHand) await byHand(plan, options);
  else {
    printNote(
      `Makes ${label}, publishes all tokens of the vault with it${options.revokeNow ? ", and takes the others out" : ""} …`,
    );
    await runUp(options, {
      [periodVariable]: "",
      [labelVariable]: label,
      [revokeVariable]: String(options.revokeNow ?? false),
    });
  }
  return { made: plan.isBegun ? [] : [label], gone: options.revokeNow ? plan.replaced : [] };
}

/** An emergency's label is a day that no period begins on, or has a number: one of today was made by a run of today. */
async function planByCalendar(stack: Stack): Promise<Plan> {
  const { settings, outputs } = stack;
  const { kind, replaced: deployed } = await byHandOf(stack);
  const applied: readonly Labelled[] = outputs.credentials ?? [deployed];
  const calendar = calendarOf(calendarIn(settings));
  const [current, ...others] = applied;
  const today = labelOfToday([], now());
  const isOfToday = current !== undefined && dayIn(current.label) === today && credentialKindOf(current) === kind;
  const isBegun = isOfToday && others.length > 0 && current.label !== (calendar && periodAt(calendar, now())?.label);
  const label = isBegun
    ? current.label
    : labelOfToday(
        applied.map((one) => one.label),
        now(),
      );
  return { stack, kind, label, ...replacing(isBegun ? others : applied), isBegun, isByHand: false };
}

async function planByHand(stack: Stack): Promise<Plan> {
  const { kind, label, previous, replaced: deployed } = await byHandOf(stack);
  // The settings say it before the deployment has it, or both say it of a rotation of today that is not over.
  const isNew = label !== deployed.label || kind !== credentialKindOf(deployed);
  const isBegun = isNew || (previous !== undefined && dayIn(label) === labelOfToday([], now()));
  if (isBegun) return { stack, kind, label, ...replacing([previous ?? deployed]), isBegun, isByHand: true };
  const taken = [label, ...(previous === undefined ? [] : [previous.label])];
  return { stack, kind, label: labelOfToday(taken, now()), ...replacing([deployed]), isBegun, isByHand: true };
}

interface Labelled {
  kind?: CredentialKind;
  label: string;
}

/** What the settings say, and what is deployed. */
async function byHandOf(stack: Stack): Promise<ByHand & { replaced: Labelled }> {
  const { outputs } = stack;
  const reference = present(referenceIn(outputs), "The stack was deployed.");
  const label = (await labelOf(vaultOf(stack), reference)) ?? reference;
  return { ...byHandIn(stack.settings), replaced: { ...(outputs.credential && { kind: "certificate" }), label } };
}

const replacing = (all: readonly Labelled[]) => ({
  replaced: all.map(({ label }) => label),
  replacesSecret: all.some((one) => credentialKindOf(one) === "secret"),
});

async function byHand({ stack, label, replaced }: Plan, options: Emergency): Promise<void> {
  const { kind, previous, ...settings } = byHandIn(stack.settings);
  const place = previousSetting(kind);
  const old = replaced[0] ?? "";
  if (settings.label !== label || previous?.label !== old) {
    // What the one before names is published with the current one first: the settings have room for one that goes.
    if (previous !== undefined && previous.label !== old) {
      await rollTo(stack, options);
      await atStack(options, "config", "rm", "--path", `${namespace}:${previousSetting(kind, previous.kind)}`);
    }
    printNote(`Setting ${place.split(".", 1)[0] ?? ""}.label ${label}, and ${old} as the previous one …`);
    const { endDate } = settings;
    const { args } = setSettings({
      [place.replace(".previous", ".label")]: label,
      ...(kind === "certificate" && { [`${place}.kind`]: kind }),
      [`${place}.label`]: old,
      ...(endDate !== undefined && { [`${place}.endDate`]: endDate }),
    });
    await atStack(options, ...args);
  }
  printNote(`Makes ${label}, and publishes the stack's token with it …`);
  await runUp(options, { [periodVariable]: "" });
  const deployed = await readStack(options, process.env);
  await rollTo(deployed, options);
  if (options.revokeNow !== true) return;
  printNote(`Takes ${old} off the application …`);
  const out = byHandIn(deployed.settings).previous;
  await atStack(options, "config", "rm", "--path", `${namespace}:${previousSetting(kind, out?.kind)}`);
  await runUp(options, { [periodVariable]: "" });
}

/** All tokens of the vault that name another credential that this project made, with the one that is deployed. */
async function rollTo(stack: Stack, { stack: name }: Emergency): Promise<void> {
  const { settings, outputs } = stack;
  const cloud = cloudOf(settings.cloud, settings.endpoints ?? {});
  const { applicationId, tenantId } = outputs;
  const [clientId, clientSecretName, tenant] = [applicationId, referenceIn(outputs), tenantId].map((one) =>
    present(one, `Stack ${name} lacks an output.`),
  ) as [string, string, string];
  const vault = vaultOf(stack);
  const target = {
    ...{
      cloud,
      clientId,
      vaultUri: vault.uri,
      clientSecretName,
      tenantId: tenant,
      account: undefined,
      permissions: [],
    },
    ...{ refreshTokenName: refreshTokenNameOf(tenant), stack: noStack },
  };
  await rollTokens(target, vault, isMadeHere, printNote);
}

function vaultOf({ name, settings, outputs }: Stack): Vault {
  const cloud = cloudOf(settings.cloud, settings.endpoints ?? {});
  return new Vault(cloud, present(outputs.vaultUri, `Stack ${name} has no output vaultUri.`), azureCredential(cloud));
}

async function atStack(options: Emergency, ...argv: readonly string[]): Promise<void> {
  const file = configurationFile(options);
  const engine = { cwd: resolve(options.cwd ?? "."), environment: process.env };
  await haveEngine(engine, ...argv, "--stack", options.stack, ...(file === undefined ? [] : ["--config-file", file]));
}
