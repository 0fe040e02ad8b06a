/** Completes the commands in a running command's fixes: they work as printed, with the target options of the running command. */
import { resolve } from "node:path";
import { type Command, Failure, type Fix, ownCommand, partsOf } from "../../lib/errors/failure";
import { type Invocation, runs } from "../../lib/errors/invocation";
import { missingIn, projectOptions, valueIn } from "../../lib/errors/project-place";
import { sameCommand } from "../../lib/errors/text";

type Options = ReadonlyMap<string, string>;

/** Environment variables that can replace options, so that a shell is set up once. */
export const targetVariables = {
  "--cloud": "SECURE_APP_MODEL_CLOUD",
  "--vault": "SECURE_APP_MODEL_VAULT",
  "--endpoints": "SECURE_APP_MODEL_ENDPOINTS",
} as const;
const project = ["--stack", "--cwd", "--config-file"];
/** Options of a sign-in, copied to the next one. */
const ofSignIn = ["--client-secret-name", "--account", "--port"];
const carried = [
  ...Object.keys(targetVariables),
  ...project,
  "--tenant",
  "--client-id",
  "--partner-tenant",
  ...ofSignIn,
];
/** Commands whose fixes are not about their own run. */
const aboutOthers = ["explain", "completion"];
const ofProject = ["ci", "drift", "preview", "revoke", "rotate", "up"];
const withoutTarget = [...aboutOthers, ...ofProject, "report-jobs"];
const ofPartner = ["token", "status", "renew", "customers"];
/** Their --tenant is the partner's. */
const ofTenant = ["consent", "doctor"];

/** What a doctor found, of its stack and of the login; no other command would find it. */
let found: Options = new Map();

/** @param more cloud, vault, endpoints and tenant of what is looked at */
export function aimAt(more: Partial<Record<"cloud" | "vault" | "endpoints" | "tenant", string | undefined>>): void {
  const options = Object.entries(more).map(([name, value]) => [`--${name}`, value] as const);
  found = new Map([...found, ...named(Object.fromEntries(options))]);
}

/** Of one tenant's token, of several that are looked at: a consent names the tenant, as its vault may hold tokens of others. */
export function fixesFor(tenantId: string, fixes: readonly Fix[]): Fix[] {
  const aimed = ({ program, args, ...more }: Command): Command => {
    const isOfTenant = program === "secure-app-model" && ofTenant.includes(args[0] ?? "");
    return { program, args: isOfTenant ? [...args, ...missingIn(args, { "--tenant": tenantId })] : args, ...more };
  };
  return fixes.map((fix) => ({ ...fix, ...(fix.commands && { commands: fix.commands.map(aimed) }) }));
}

/** The same failure with such fixes. */
export function failureFor(tenantId: string, error: unknown): Failure {
  const { code, fixes = [], ...said } = partsOf(error);
  return new Failure(code, { ...said, fixes: fixesFor(tenantId, fixes) });
}

/** After this call, the fixes of this process are completed for the command in `argv`. */
export function fixesAreFor(argv: readonly string[]): void {
  runs(placedFor(argv));
}

function placedFor(argv: readonly string[]): Required<Pick<Invocation, "placed">> & Pick<Invocation, "about"> {
  const [running = ""] = argv;
  const given = named(Object.fromEntries(carried.map((name) => [name, valueIn(argv, name)])));
  const placed = ({ program, args, without = [] }: Command): Command => {
    if (program === sameCommand && aboutOthers.includes(running)) return ownCommand("<command>", ...args);
    if (program === sameCommand) return ownCommand(...withOptions(withoutOptions(argv, without), args));
    if (program === "pulumi") return { program, args: [...args, ...atProject(args, given)] };
    if (program !== "secure-app-model") return { program, args };
    // A fix that names no application is about the one that was given.
    const named = args.map((one) => (one === "<client id>" ? (given.get("--client-id") ?? one) : one));
    return ownCommand(...named, ...atTarget(named, running, given));
  };
  const about = aboutOf(running, given);
  return about === undefined ? { placed } : { about, placed };
}

function aboutOf(running: string, given: Options): Fix["helps"] {
  if (aboutOthers.includes(running)) return undefined;
  return given.has("--stack") ? "stack" : "command";
}

/** The options that an engine's command needs for the same stack. */
function atProject(args: readonly string[], given: Options): string[] {
  const file = given.get("--config-file");
  // The engine looks for it in the folder of --cwd.
  const place = file !== undefined && given.has("--cwd") ? { "--config-file": resolve(file) } : {};
  return missingIn(args, projectOptions(args, { ...Object.fromEntries(given), ...place }));
}

/** The options that our own command needs for the same cloud, vault and partner. */
function atTarget(args: readonly string[], running: string, given: Options): string[] {
  const [name = ""] = args;
  if (args.includes("--help")) return [];
  const projectGiven = Object.fromEntries(project.map((one) => [one, given.get(one)]));
  if (ofProject.includes(name)) return missingIn(args, projectGiven);
  if (withoutTarget.includes(name)) return [];
  const isDoctor = name === "doctor";
  const target = Object.entries(targetVariables).map(([option, variable]) => {
    const known = given.get(option) ?? (isDoctor ? undefined : found.get(option));
    return [option, known === process.env[variable] ? undefined : known] as const;
  });
  // Of `token` a --tenant is a customer's.
  const tenant = ofPartner.includes(running) ? given.get("--partner-tenant") : given.get("--tenant");
  const takesTenant = ofTenant.includes(name);
  return missingIn(args, {
    ...Object.fromEntries(target),
    ...(isDoctor ? projectGiven : {}),
    "--tenant": takesTenant ? (tenant ?? (isDoctor ? undefined : found.get("--tenant"))) : undefined,
    "--partner-tenant": ofPartner.includes(name) ? tenant : undefined,
    "--client-id": takesTenant && !ofPartner.includes(running) ? given.get("--client-id") : undefined,
    ...(name === "consent" && running === "consent" ? ofSameSignIn(args, given) : {}),
  });
}

/** The arguments of a command of ours that names its cloud and vault itself, where it takes them: to be pasted anywhere. */
export const aimed = (args: readonly string[], target: Readonly<Record<"--cloud" | "--vault", string>>): string[] =>
  withoutTarget.includes(args[0] ?? "") ? [...args] : [...args, ...missingIn(args, target)];

/** An administrator's consent stores no token, and needs no account and no client secret. */
function ofSameSignIn(args: readonly string[], given: Options): Record<string, string | undefined> {
  const names = args.includes("--as-administrator") ? ["--port"] : ofSignIn;
  return Object.fromEntries(names.map((name) => [name, given.get(name)]));
}

const named = (options: Readonly<Record<string, string | undefined>>): Options =>
  new Map(Object.entries(options).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])));

/** @param options names, each with its value where it takes one */
function withOptions(argv: readonly string[], options: readonly string[]): string[] {
  return [...withoutOptions(argv, options.filter(isOption)), ...options];
}

/** Without these options and their values. */
function withoutOptions(argv: readonly string[], names: readonly string[]): string[] {
  const isNamed = (one: string | undefined) => one !== undefined && names.includes(one);
  return argv.filter(
    (one, index) =>
      !isNamed(one) &&
      !(isNamed(argv[index - 1]) && !isOption(one)) &&
      !names.some((name) => one.startsWith(`${name}=`)),
  );
}

/** A number below zero is a value. */
const isOption = (word: string): boolean => /^-\D/u.test(word);
