/** The arguments of a model, checked by the rules of the settings that they are named after. */
import * as pulumi from "@pulumi/pulumi";
import { settings } from "../lib/config/catalogue";
import { hostsIn } from "../lib/config/clouds";
import { asValues, conflictsIn } from "../lib/config/combinations";
import { credentialKinds, isGuid } from "../lib/config/limits";
import { shown } from "../lib/config/problems";
import { checked, SettingsError } from "../lib/config/settings";
import { namespace, type Problem } from "../lib/errors/failure";
import { textOf } from "../lib/errors/text";

type Values = Readonly<Record<string, unknown>>;

/** Refuses arguments before anything is declared. @throws RunError, which the engine prints without a stack trace */
export function requireValid(name: string, args: Values): void {
  refuse("SecureApplicationModel", name, problemsOf(args));
}

interface Part {
  /** The settings that are arguments of the component under their own names. */
  names: readonly string[];
  /** The setting whose parts are arguments of the component. */
  below?: "vault" | "consent";
}

/** The same for a component of the model, which a program may use alone. @throws RunError */
export function requireValidPart(component: string, name: string, args: Values, { names, below }: Part): void {
  const parts = below === undefined ? [] : Object.keys(settings.entries[below].entries ?? {});
  const of = (some: readonly string[]) => Object.fromEntries(some.map((one) => [one, args[one]]));
  const { vaultUri } = args;
  const values = { vault: { uri: vaultUri }, ...of(names), ...(below && { [below]: of(parts) }) };
  const problems = problemsOf(values).flatMap((problem) => {
    const [first = "", ...rest] = problem.where.split(/(?=[.[])/u);
    if (names.includes(first)) return [problem];
    if (first === below) return [{ ...problem, where: rest.join("").slice(1) || first }];
    return problem.where === "vault.uri" ? [{ ...problem, where: "vaultUri" }] : [];
  });
  refuse(component, name, problems);
}

function refuse(component: string, name: string, problems: readonly Problem[]): void {
  if (problems.length === 0) return;
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  const what = `The arguments of ${component} "${name}" have ${count}; docs/settings.md describes them:`;
  throw new pulumi.RunError(textOf({ what, problems }));
}

const problemsOf = (args: Values): Problem[] => [...ofSettings(args), ...ofOthers(args)];

/** The arguments that are settings. The others are what a program found, or planned. */
function ofSettings(args: Values): Problem[] {
  const { tenantId: _tenantId, existingApplication, displayName, vault, permissions, ...others } = args;
  const { vaultSecretName, validityMonths } = asValues(args["credential"]) ?? {};
  const values = {
    ...others,
    endpoints: hostsIn(asValues(args["endpoints"])),
    // A name that is known later is a name.
    displayName: isLater(displayName) ? settings.entries.displayName.example : displayName,
    // The ids in it are checked below.
    existingApplication: existingApplication && someId,
    vault: { ...asValues(vault), found: undefined },
    permissions: { ...asValues(permissions), extra: undefined },
    credential: vaultSecretName === undefined ? { validityMonths } : { vaultSecretName },
  };
  try {
    checked(settings.schema, known(values) as Record<string, unknown>, process.cwd(), conflictsIn);
    return [];
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    const problems = error.problems ?? [];
    // The fixes are left out: they are commands that set a stack's configuration.
    return problems.map(({ where, why }) => ({ where: where.replace(`${namespace}:`, ""), why, fixes: [] }));
  }
}

function ofOthers({ tenantId, credential, existingApplication }: Values): Problem[] {
  const { generations, vaultSecretName } = asValues(credential) ?? {};
  const { clientId, objectId } = asValues(existingApplication) ?? {};
  const planned =
    "the current generation, then at most one before it, each a secret or certificate, as planGenerations() makes them";
  const rules: [path: string, found: unknown, isValid: boolean, allowed: string][] = [
    ["tenantId", tenantId, isLater(tenantId) || isId(tenantId), "the tenant's GUID"],
    ["credential.generations", generations, arePlanned(generations, vaultSecretName === undefined ? 1 : 0), planned],
    [
      "existingApplication",
      existingApplication,
      existingApplication === undefined || [clientId, objectId].every(isId),
      "clientId and objectId, GUIDs",
    ],
  ];
  const broken = rules.filter(([, , isValid]) => !isValid);
  return broken.map(([where, found, , allowed]) => ({ where, why: { found: shown(found), allowed }, fixes: [] }));
}

const someId = "00000000-0000-0000-0000-000000000000";

const isId = (value: unknown): boolean => typeof value === "string" && isGuid(value);

/** Numbers fall: two equal ones would be one resource. */
function arePlanned(value: unknown, least: number): boolean {
  if (!Array.isArray(value) || value.length < least || value.length > 2) return false;
  const numbers = value.map((one) => asValues(one)?.["number"]);
  const kinds = value.map((one) => asValues(one)?.["kind"]);
  return (
    kinds.every((kind) => credentialKinds.some((one) => one === kind)) &&
    numbers.every((number, index) => Number.isInteger(number) && Number(number) > Number(numbers[index + 1] ?? 0))
  );
}

const isLater = (value: unknown): boolean => pulumi.Output.isInstance(value) || value instanceof Promise;

/** The parts of a value that are known now: Azure's answers are checked by those who gave them. */
function known(value: unknown): unknown {
  if (isLater(value)) return undefined;
  if (Array.isArray(value)) {
    const parts = value.map(known).filter((one) => one !== undefined);
    return parts.length === 0 && value.length > 0 ? undefined : parts;
  }
  const parts = asValues(value);
  if (parts === undefined) return value;
  const entries = Object.entries(parts).map(([name, one]) => [name, known(one)] as const);
  return Object.fromEntries(entries.filter(([, one]) => one !== undefined));
}
