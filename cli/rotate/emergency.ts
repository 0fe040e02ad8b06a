/**
 * A rotation at once, by hand or by the calendar: one run of every step. If it is interrupted, the next run continues with the unfinished
 * step.
 */
import { resolve } from "node:path";
import type { CredentialKind } from "../../lib/config/limits";
import { credentialKindOf, previousSetting } from "../../lib/consent/credential-plan";
import { isMadeHere } from "../../lib/consent/credential-reference";
import { labelOf } from "../../lib/consent/credential-label";
import { calendarOf, dayIn, labelOfToday, periodAt } from "../../lib/consent/periods";
import { reissueTokens } from "../../lib/consent/reissue";
import { labelVariable, periodVariable, revokeVariable } from "../../lib/consent/rotation-variables";
import { noStack } from "../../lib/consent/tags";
import { refreshTokenNameOf } from "../../lib/consent/target";
import { namespace, present, setSettings } from "../../lib/errors/failure";
import { now } from "../../lib/startup/clock";
import { readStack, type Stack, vaultOf } from "../engine/stack";
import { haveEngine } from "../engine/engine";
import { UsageError } from "../terminal/exit-code";
import { printNote } from "../terminal/output";
import { requireOwnCode } from "../engine/run-on-stack";
import { cloudTold, configurationFile, type StackOptions } from "../options/target-options";
import { byHandIn, type ByHand } from "./by-hand";
import { calendarIn } from "./due";
import { runUp } from "./run-up";
import type { Rotated } from "./scheduled";

export interface Emergency extends StackOptions {
  /** Whether the replaced credentials are removed at once. */
  revokeNow?: boolean;
}

/** The current state, and the planned steps. */
export interface Plan {
  stack: Stack;
  /** Whether the settings name the credential, instead of the calendar. */
  isByHand: boolean;
  /** The kind of the new credential. */
  kind: CredentialKind;
  /** The label of the new credential. */
  label: string;
  /** The labels of the credentials that it replaces. */
  replaced: readonly string[];
  /** Whether one of those is a client secret, which readers may have copied. */
  replacesSecret: boolean;
  /** Whether an interrupted run has already created it. */
  isBegun: boolean;
}

/** @throws UsageError if there is nothing to rotate, or the stack was never deployed; SettingsError; VaultError */
export async function planEmergency(options: Emergency): Promise<Plan> {
  // Before the settings are changed, which is before the engine's first run.
  await requireOwnCode(options);
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

/** @throws Failure if the engine failed, or a token could not be rolled */
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

/** An emergency's label is a day on which no period begins, or has a number: one with today's date was created by a run of today. */
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
  // The settings already name it although it is not deployed, or both name it and today's rotation is not finished.
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

/** The credential in the settings, and the deployed one. */
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
    // Tokens that name the one before are first published with the current one, because the settings can name only one previous credential.
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

/** Rolls all tokens of the vault that name another credential of this project to the deployed one. */
async function rollTo(stack: Stack, { stack: name }: Emergency): Promise<void> {
  const { settings, outputs } = stack;
  const cloud = cloudTold(settings.cloud, settings.endpoints);
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
  await reissueTokens(target, vault, isMadeHere, printNote);
}

async function atStack(options: Emergency, ...argv: readonly string[]): Promise<void> {
  const file = configurationFile(options);
  const engine = { cwd: resolve(options.cwd ?? "."), environment: process.env };
  await haveEngine(engine, ...argv, "--stack", options.stack, ...(file === undefined ? [] : ["--config-file", file]));
}
