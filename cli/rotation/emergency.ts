/** A rotation at once, by hand or by the calendar: one run of every step. Cut off, the next run goes on with the step that was not finished. */
import { resolve } from "node:path";
import { azureCredential } from "../../azure/credential";
import { cloudOf } from "../../config/clouds";
import type { AppliedCredential } from "../../consent/credential-plan";
import { clientSecretPrefix, labelIn } from "../../consent/credential-reference";
import { calendarOf, dayIn, labelOfToday, periodAt } from "../../consent/periods";
import { rollTokens } from "../../consent/roll";
import { labelVariable, periodVariable, revokeVariable } from "../../consent/rotation-variables";
import { noStack } from "../../consent/tags";
import { refreshTokenNameOf } from "../../consent/target";
import { namespace, present, sentence } from "../../errors/failure";
import { now } from "../../startup/clock";
import { Vault } from "../../vault/secrets";
import { readStack, type Stack } from "../doctor/stack";
import { haveEngine } from "../engine";
import { UsageError } from "../exit-code";
import { printNote } from "../output";
import { configurationFile, type StackOptions } from "../target-options";
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
  /** The label of the new credential. */
  label: string;
  /** The labels of those that it replaces. */
  replaced: readonly string[];
  /** Whether a run that was cut off has made it already. */
  isBegun: boolean;
}

/** @throws UsageError where there is nothing to rotate, or the stack was never deployed; SettingsError */
export async function planEmergency(options: Emergency): Promise<Plan> {
  const stack = await readStack(options, process.env);
  const { settings, outputs } = stack;
  if (!("clientSecret" in settings))
    throw new UsageError(
      `Stack ${stack.name} has a certificate, which is rotated by its settings.`,
      sentence("Name it in credential.previous, with its kind and label, beside a new credential.label, and deploy."),
    );
  if ("vaultSecretName" in settings.clientSecret)
    throw new UsageError(`Stack ${stack.name} makes no client secret: who made the one in its vault rotates it.`);
  if (outputs.applicationId === undefined || outputs.clientSecretName === undefined)
    throw new UsageError(`Stack ${stack.name} was never deployed: it has nothing to rotate.`);
  return isByCalendar(stack) ? planByCalendar(stack) : planByHand(stack);
}

const secretIn = (settings: Stack["settings"]): ByHand =>
  present(
    "clientSecret" in settings ? (settings.clientSecret as ByHand) : undefined,
    "The stack has no client secret.",
  );

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
function planByCalendar(stack: Stack): Plan {
  const applied: readonly Pick<AppliedCredential, "label">[] = stack.outputs.credentials ?? [
    { label: labelOf(stack.outputs) },
  ];
  const calendar = calendarOf(calendarIn(stack.settings));
  const [current, ...others] = applied;
  const today = labelOfToday([], now());
  const isOfToday = current !== undefined && dayIn(current.label) === today;
  const isBegun = isOfToday && others.length > 0 && current.label !== (calendar && periodAt(calendar, now())?.label);
  const label = isBegun
    ? current.label
    : labelOfToday(
        applied.map((one) => one.label),
        now(),
      );
  return {
    stack,
    label,
    replaced: (isBegun ? others : applied).map(({ label: one }) => one),
    isBegun,
    isByHand: false,
  };
}

interface ByHand {
  label: string;
  endDate?: string;
  previous?: { label: string; endDate?: string };
}

function planByHand(stack: Stack): Plan {
  const { label, previous } = secretIn(stack.settings);
  const deployed = labelOf(stack.outputs);
  // The settings say it before the deployment has it, or both say it of a rotation of today that is not over.
  const isBegun = label !== deployed || (previous !== undefined && dayIn(label) === labelOfToday([], now()));
  const replaced = previous?.label ?? deployed;
  if (isBegun) return { stack, label, replaced: [replaced], isBegun, isByHand: true };
  const taken = [label, ...(previous === undefined ? [] : [previous.label])];
  return { stack, label: labelOfToday(taken, now()), replaced: [label], isBegun, isByHand: true };
}

async function byHand({ stack, label, replaced }: Plan, options: Emergency): Promise<void> {
  const settings = secretIn(stack.settings);
  const old = replaced[0] ?? "";
  if (settings.label !== label || settings.previous?.label !== old) {
    // What the one before names is published with the current one first: the settings have room for one that goes.
    if (settings.previous !== undefined && settings.previous.label !== old) await rollTo(stack, options);
    printNote(`Setting clientSecret.label ${label}, and ${old} as the previous one …`);
    const end = settings.endDate === undefined ? [] : [`clientSecret.previous.endDate=${settings.endDate}`];
    await configure(options, `clientSecret.label=${label}`, `clientSecret.previous.label=${old}`, ...end);
  }
  printNote(`Makes ${label}, and publishes the stack's token with it …`);
  await runUp(options, { [periodVariable]: "" });
  const deployed = await readStack(options, process.env);
  await rollTo(deployed, options);
  if (options.revokeNow !== true) return;
  printNote(`Takes ${old} off the application …`);
  await atStack(options, "config", "rm", "--path", `${namespace}:clientSecret.previous`);
  await runUp(options, { [periodVariable]: "" });
}

/** All tokens of the vault that name a credential of this stack's, with the one that is deployed. */
async function rollTo({ settings, outputs }: Stack, { stack }: Emergency): Promise<void> {
  const cloud = cloudOf(settings.cloud, settings.endpoints ?? {});
  const [clientId, vaultUri, clientSecretName, tenantId] = (
    ["applicationId", "vaultUri", "clientSecretName", "tenantId"] as const
  ).map((name) => present(outputs[name], `Stack ${stack} has no output ${name}.`)) as [string, string, string, string];
  const vault = new Vault(cloud, vaultUri, azureCredential(cloud));
  const older = (await vault.names(clientSecretPrefix)).filter((name) => name !== clientSecretName);
  const target = {
    ...{ cloud, clientId, vaultUri: vault.uri, clientSecretName, tenantId, account: undefined, permissions: [] },
    ...{ refreshTokenName: refreshTokenNameOf(tenantId), stack: noStack },
  };
  await rollTokens(target, vault, new Set(older), printNote);
}

/** All at once: a stack whose settings were half written could not be read. */
async function configure(options: Emergency, ...settings: readonly string[]): Promise<void> {
  const values = settings.flatMap((setting) => ["--plaintext", `${namespace}:${setting}`]);
  await atStack(options, "config", "set-all", "--path", ...values);
}

async function atStack(options: Emergency, ...argv: readonly string[]): Promise<void> {
  const file = configurationFile(options);
  const engine = { cwd: resolve(options.cwd ?? "."), environment: process.env };
  await haveEngine(engine, ...argv, "--stack", options.stack, ...(file === undefined ? [] : ["--config-file", file]));
}

const labelOf = ({ clientSecretName: name = "" }: Stack["outputs"]): string => labelIn(name) ?? name;
