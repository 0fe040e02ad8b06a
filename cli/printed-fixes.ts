/** Fixes of a running command: its commands work as they are printed, at the place that this one was told by its options. */
import { resolve } from "node:path";
import { type Command, type Fix, ownCommand } from "../errors/failure";
import { type Invocation, runs } from "../errors/invocation";
import { sameCommand } from "../errors/text";
import { targetVariables } from "./target-variables";

type Options = ReadonlyMap<string, string>;

const targets = { "--cloud": "cloud", "--vault": "vault", "--endpoints": "endpoints" } as const;
const project = ["--stack", "--cwd", "--config-file"];
/** Of a sign-in, for the next one. */
const ofSignIn = ["--client-secret-name", "--account", "--port"];
const carried = [...Object.keys(targets), ...project, "--tenant", "--client-id", "--partner-tenant", ...ofSignIn];
/** Their fixes are about another run than theirs. */
const aboutOthers = ["explain", "completion"];
const ofProject = ["ci", "drift", "preview", "rotate"];
const withoutTarget = [...aboutOthers, ...ofProject, "report-jobs", "<command>"];
const ofPartner = ["token", "status", "renew", "customers"];

/** What the stack says that a doctor was told; no other command would find it. */
let ofStack: Options = new Map();

/** @param found cloud, vault and endpoints of the stack that is looked at */
export function aimAt(found: Partial<Record<keyof typeof targetVariables, string | undefined>>): void {
  ofStack = named({ "--cloud": found.cloud, "--vault": found.vault, "--endpoints": found.endpoints });
}

/** From now on the fixes of this process are for the command in `argv`. */
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
    return ownCommand(...args, ...atTarget(args, running, given));
  };
  const about = aboutOf(running, given);
  return about === undefined ? { placed } : { about, placed };
}

function aboutOf(running: string, given: Options): Fix["helps"] {
  if (aboutOthers.includes(running)) return undefined;
  return given.has("--stack") ? "stack" : "command";
}

/** What a command of the engine needs to be about the same stack. */
function atProject(args: readonly string[], given: Options): string[] {
  const [name = "", which = ""] = args;
  const isOfStack = !["login", "plugin"].includes(name) && !(name === "stack" && ["ls", "init", "rm"].includes(which));
  const takesFile = isOfStack && name !== "cancel" && name !== "stack";
  const file = given.get("--config-file");
  return missingIn(args, {
    "--stack": isOfStack ? given.get("--stack") : undefined,
    "--cwd": given.get("--cwd"),
    // The engine takes it for one in the folder of --cwd.
    "--config-file": file === undefined || !takesFile ? undefined : given.has("--cwd") ? resolve(file) : file,
  });
}

/** What a command of ours needs to be about the same cloud, vault and partner. */
function atTarget(args: readonly string[], running: string, given: Options): string[] {
  const [name = ""] = args;
  const projectGiven = Object.fromEntries(project.map((one) => [one, given.get(one)]));
  if (ofProject.includes(name)) return missingIn(args, projectGiven);
  if (withoutTarget.includes(name)) return [];
  const isDoctor = name === "doctor";
  const target = Object.entries(targets).map(([option, variable]) => {
    const known = given.get(option) ?? (isDoctor ? undefined : ofStack.get(option));
    return [option, known === process.env[targetVariables[variable]] ? undefined : known] as const;
  });
  const takesTenant = isDoctor || name === "consent";
  // Of `token` a --tenant is a customer's.
  const tenant = ofPartner.includes(running) ? given.get("--partner-tenant") : given.get("--tenant");
  return missingIn(args, {
    ...Object.fromEntries(target),
    ...(isDoctor ? projectGiven : {}),
    "--tenant": takesTenant ? tenant : undefined,
    "--client-id": takesTenant && !ofPartner.includes(running) ? given.get("--client-id") : undefined,
    "--partner-tenant": ofPartner.includes(name) ? tenant : undefined,
    ...(name === "consent" && running === "consent" ? ofSameSignIn(args, given) : {}),
  });
}

/** No token comes of an administrator's consent: it is nobody's, and takes no client secret. */
function ofSameSignIn(args: readonly string[], given: Options): Record<string, string | undefined> {
  const names = args.includes("--as-administrator") ? ["--port"] : ofSignIn;
  return Object.fromEntries(names.map((name) => [name, given.get(name)]));
}

/** Those that the arguments do not have. */
function missingIn(args: readonly string[], options: Readonly<Record<string, string | undefined>>): string[] {
  return [...named(options)].filter(([name]) => valueIn(args, name) === undefined).flat();
}

const named = (options: Readonly<Record<string, string | undefined>>): Options =>
  new Map(Object.entries(options).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])));

/** As the parser takes it: the last one counts. */
function valueIn(argv: readonly string[], option: string): string | undefined {
  const index = argv.findLastIndex((one) => one === option || one.startsWith(`${option}=`));
  const found = argv[index];
  return found === option ? argv[index + 1] : found?.slice(option.length + 1);
}

/** @param options names, each with its value where it takes one */
function withOptions(argv: readonly string[], options: readonly string[]): string[] {
  return [...withoutOptions(argv, options.filter(isOption)), ...options];
}

/** Without these and what stands behind them as a value. */
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
