/** The options of a run, the engine's or a command's, so that each printed command works as it stands. */
import { readFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import type { Command, Fix } from "./failure";

type Options = Readonly<Record<string, string | undefined>>;

export interface Run {
  /** The command's own line; undefined: it is the engine's run. */
  argv?: readonly string[];
  given: Options;
  /** What was found of the stack and the login that are looked at: no other command would find it. */
  found?: Options | undefined;
}

/** Environment variables that can replace options, so that a shell is set up once. */
export const targetVariables = {
  "--cloud": "SECURE_APP_MODEL_CLOUD",
  "--vault": "SECURE_APP_MODEL_VAULT",
  "--endpoints": "SECURE_APP_MODEL_ENDPOINTS",
} as const;
const project = ["--stack", "--cwd", "--config-file"];
const ofSignIn = ["--credential", "--account", "--port"];
const ofApplication = ["--tenant", "--client-id", "--partner-tenant"];
const carried = [...Object.keys(targetVariables), ...project, ...ofApplication, ...ofSignIn];
/** Commands whose fixes are not about their own run. */
const aboutOthers = ["explain", "completion"];
const ofProject = ["ci", "drift", "preview", "revoke", "rotate", "up"];
const withoutTarget = [...aboutOthers, ...ofProject, "report-jobs"];
const ofPartner = ["token", "exec", "status", "renew", "customers"];
/** Their --tenant is the partner's. */
const ofTenant = ["consent", "doctor"];

export const runOf = (argv: readonly string[]): Run => ({
  argv,
  given: Object.fromEntries(carried.map((name) => [name, valueIn(ownWords(argv), name)])),
});

/** Those before "--": what follows is the command that `exec` runs. */
export const ownWords = (argv: readonly string[]): readonly string[] =>
  argv.includes("--") ? argv.slice(0, argv.indexOf("--")) : argv;

/** What a command's run is about: undefined for one whose fixes are about others. */
export function aboutOf({ argv, given }: Run): Fix["helps"] {
  if (aboutOthers.includes(argv?.[0] ?? "")) return undefined;
  return given["--stack"] === undefined ? "command" : "stack";
}

/** A placeholder for the running command. */
export const sameCommand = "<the same command>";

/** The command with the options that it would not find by itself. */
export function withRunOptions({ program, args: words, without = [] }: Command, run: Run): Command {
  const { argv, given } = run;
  // A fix that names no stack and no application is about those that were given; of the same command it names others.
  const known: Options = { "--stack <stack>": given["--stack"], "--client-id <client id>": given["--client-id"] };
  const args = words.map((one, index) =>
    program === sameCommand ? one : (known[`${words[index - 1]} ${one}`] ?? one),
  );
  if (program === sameCommand && argv !== undefined && !aboutOthers.includes(argv[0] ?? ""))
    return ours([
      ...withoutOptions(ownWords(argv), [...without, ...args.filter(isOption)]),
      ...args,
      ...argv.slice(ownWords(argv).length),
    ]);
  if (program === sameCommand) return ours(["<command>", ...args]);
  if (program === "pulumi") return { program, args: [...args, ...atProject(args, run)] };
  if (program !== "secure-app-model") return { program, args };
  return ours([...args, ...atTarget(args, run)]);
}

const ours = (args: readonly string[]): Command => ({ program: "secure-app-model", args });

function atProject(args: readonly string[], { argv, given }: Run): string[] {
  const [name = "", which = ""] = args;
  const isOfStack = !["login", "plugin"].includes(name) && !(name === "stack" && ["ls", "init", "rm"].includes(which));
  const takesFile = isOfStack && !["cancel", "stack", "state"].includes(name);
  const { "--stack": stack, "--cwd": cwd, "--config-file": file } = given;
  // The engine looks for it in the folder of --cwd, and a command in its own.
  const found = file !== undefined && cwd !== undefined && argv !== undefined ? resolve(file) : file;
  return missingIn(args, {
    "--stack": isOfStack ? stack : undefined,
    "--cwd": cwd,
    "--config-file": takesFile ? found : undefined,
  });
}

function atTarget(args: readonly string[], { argv: [running = ""] = [], given, found = {} }: Run): string[] {
  const [name = ""] = args;
  if (args.includes("--help")) return [];
  const ofStack = valuesOf(project, given);
  if (ofProject.includes(name)) return missingIn(args, ofStack);
  if (withoutTarget.includes(name)) return [];
  const isDoctor = name === "doctor";
  const target = Object.entries(targetVariables).map(([option, variable]) => {
    const known = given[option] ?? (isDoctor ? undefined : found[option]);
    return [option, known === process.env[variable] ? undefined : known] as const;
  });
  // Of `token` a --tenant is a customer's.
  const tenant = ofPartner.includes(running) ? given["--partner-tenant"] : given["--tenant"];
  const takesTenant = ofTenant.includes(name);
  // An administrator's consent stores no token, and needs no account and no client secret.
  const again = args.includes("--as-administrator") ? ["--port"] : ofSignIn;
  return missingIn(args, {
    ...Object.fromEntries(target),
    ...(isDoctor ? ofStack : {}),
    "--tenant": takesTenant ? (tenant ?? (isDoctor ? undefined : found["--tenant"])) : undefined,
    "--partner-tenant": ofPartner.includes(name) ? tenant : undefined,
    "--client-id": takesTenant && !ofPartner.includes(running) ? given["--client-id"] : undefined,
    ...(name === "consent" && running === "consent" ? valuesOf(again, given) : {}),
  });
}

const valuesOf = (names: readonly string[], given: Options): Options =>
  Object.fromEntries(names.map((name) => [name, given[name]]));

/** For one of several tenants: a consent names the tenant, because its vault may contain other tokens. */
export function fixesFor(tenantId: string, fixes: readonly Fix[]): Fix[] {
  const aimed = ({ program, args, ...more }: Command): Command => {
    const isOfTenant = program === "secure-app-model" && ofTenant.includes(args[0] ?? "");
    return { program, args: isOfTenant ? [...args, ...missingIn(args, { "--tenant": tenantId })] : args, ...more };
  };
  return fixes.map((fix) => ({ ...fix, ...(fix.commands && { commands: fix.commands.map(aimed) }) }));
}

/** With known values in place of words to be filled in: "<client id>". */
export const filled = (fixes: readonly Fix[], values: Options): Fix[] =>
  fixes.map(({ commands = [], ...fix }) => ({
    ...fix,
    commands: commands.map((one) => ({
      ...one,
      args: one.args.map((word) => (Object.hasOwn(values, word) ? (values[word] ?? word) : word)),
    })),
  }));

/** An option's value as the parser takes it: the last one counts. */
function valueIn(argv: readonly string[], ...names: readonly string[]): string | undefined {
  const index = argv.findLastIndex((one) => names.some((name) => one === name || one.startsWith(`${name}=`)));
  const found = argv[index];
  if (found === undefined) return undefined;
  return names.includes(found) ? argv[index + 1] : found.slice(found.indexOf("=") + 1);
}

const missingIn = (args: readonly string[], options: Options): string[] =>
  Object.entries(options).flatMap(([name, value]) =>
    value === undefined || valueIn(args, name) !== undefined ? [] : [name, value],
  );

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

export const placeIn = (argv: readonly string[]): Options => ({
  "--stack": valueIn(argv, "--stack", "-s"),
  "--cwd": valueIn(argv, "--cwd", "-C"),
  "--config-file": valueIn(argv, "--config-file"),
});

/** More than are ever between the engine and what it runs. */
const mostParents = 5;

/** The engine's options. Without /proc a program has only its stack, and a dynamic provider nothing. */
export function placeOfEngine(environment: NodeJS.ProcessEnv, parent: number): Options {
  try {
    for (let [pid, step] = [parent, 0]; pid > 1 && step < mostParents; step++) {
      const [program = "", ...argv] = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
      if (basename(program) === "pulumi") return placeIn(argv);
      pid = Number(/^PPid:\s*(\d+)$/mu.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0);
    }
  } catch {
    // There is no /proc, or the process is another's.
  }
  return { "--stack": environment["PULUMI_NODEJS_STACK"] };
}
