import { sameCommand, textOf } from "./text";

/** What is said of a failure, apart, so that nobody has to cut it out of a text. */
export interface Parts {
  /** What happened, and where: whole sentences. */
  what: string;
  /** How it came about, or what it means: whole sentences. */
  why?: string | undefined;
  /** What helps, in the order to try it. */
  fixes?: readonly Fix[] | undefined;
  /** Where several things are wrong at once, each of them; what happened is then their heading. */
  problems?: readonly Problem[] | undefined;
}

/** One of several things that are wrong at once. */
export interface Problem {
  /** The name of the setting it is about. */
  where: string;
  /** What is there, and what may be there; or whole sentences about it. */
  why: { found: string; allowed: string } | string;
  fixes: readonly Fix[];
}

/**
 * A failure that this project foresees. Its kinds are classes of their own where code branches on them.
 * Every part may hold words from outside (a service, a file, a person): they are made harmless where they are written.
 */
export class Failure extends Error implements Parts {
  override readonly name: string;
  readonly what: string;
  readonly why: string | undefined;
  readonly fixes: readonly Fix[];
  readonly problems: readonly Problem[] | undefined;

  /** @param code for scripts, never changed @param said a text alone is what happened @param more what helps, behind the fixes in there */
  constructor(
    readonly code: string,
    said: Parts | string,
    ...more: readonly Fix[]
  ) {
    const { what, why, fixes: first = [], problems }: Parts = typeof said === "string" ? { what: said } : said;
    const fixes = [...first, ...more];
    super(textOf({ what, why, fixes, problems }));
    this.name = new.target.name;
    this.what = what;
    this.why = why;
    this.fixes = fixes;
    this.problems = problems;
  }
}

/** A kind of failure that code branches on: a class of its own with nothing but a code. */
// eslint-disable-next-line @typescript-eslint/explicit-module-boundary-types -- a class has no shorter name than itself
export function kindOf(code: string) {
  return class extends Failure {
    constructor(said: Parts | string, ...more: readonly Fix[]) {
      super(code, said, ...more);
    }
  };
}

/** A value that is there by all that was checked before. @param what a whole sentence, for whoever finds that it is not @throws Failure */
export function present<T>(value: T | null | undefined, what: string): T {
  if (value === undefined || value === null) throw new Failure("defect", what);
  return value;
}

/** The parts of whatever was thrown. */
export function partsOf(error: unknown): Parts & { code: string } {
  if (error instanceof Failure) return error;
  return { code: "unexpected", what: error instanceof Error ? error.message : String(error) };
}

/** A program and its arguments. An argument in angle brackets, `<new label>`, stands for what the reader has to fill in. */
export interface Command {
  /** "secure-app-model" is written as this process's user can call it. */
  program: "secure-app-model" | "pulumi" | "az" | "npm" | "export" | "unset" | (string & {});
  args: readonly string[];
  /** What its output is piped into: a secret that is handed on this way is shown nowhere. */
  into?: Command;
  /** Of the command that runs: options that it is to be called without. */
  without?: readonly string[];
}

export interface Fix {
  /** A whole sentence, or what the commands do, without a final colon: "Consent again". */
  text: string;
  /** In the order to run them; none for a sentence. */
  commands?: readonly Command[];
  /** Where it helps alone: a deployment, or whatever else was told a stack; a command that its options tell what to work with. Default: anywhere. */
  helps?: "stack" | "command";
  /** No program can do it: it takes an administrator, the portal, waiting, or a decision on what its commands show. */
  byPerson?: true;
}

/** What only a person can do: nothing in it can be pasted. @param text a whole sentence */
export function sentence(text: string): Fix {
  return { text, byPerson: true };
}

/** @param text what the commands do: "Rotate it" */
export function run(text: string, ...commands: readonly Command[]): Fix {
  return { text, commands };
}

/** The same where a person has to do something first, or in between. @param text names it */
export function byPerson(text: string, ...commands: readonly Command[]): Fix {
  return { text, commands, byPerson: true };
}

/** What helps a deployment, and a command that was told a stack. @param text what the commands do */
export function forStack(text: string, ...commands: readonly Command[]): Fix {
  return { text, commands, helps: "stack" };
}

/** What helps a command that was told no stack. @param text what the commands do */
export function forCommand(text: string, ...commands: readonly Command[]): Fix {
  return { text, commands, helps: "command" };
}

export function command(program: Command["program"], ...args: readonly string[]): Command {
  return { program, args };
}

export const ownCommand = (...args: readonly string[]): Command => command("secure-app-model", ...args);

/** The command that runs, with these options in place of those that it has: "--cloud", "AzureCloud". */
export const again = (...options: readonly string[]): Command => command(sameCommand, ...options);

/** The command that runs, without an option and its value, and with others: "--powershell", "--json". */
export const againWithout = (option: string, ...options: readonly string[]): Command => ({
  ...again(...options),
  without: [option],
});

/** @param into what reads the output of the first */
export const piped = (from: Command, into: Command): Command => ({ ...from, into });

/** A variable of the environment, for the shell that the next command runs in. */
export const setVariable = (name: string, value: string): Command => command("export", `${name}=${value}`);

/** A new sign-in, over the token that is there: what most failures of a token end in. */
export const consentAnew = ownCommand("consent", "--force");

export const pulumi = (...args: readonly string[]): Command => command("pulumi", ...args);

export const az = (...args: readonly string[]): Command => command("az", ...args);

/** The namespace of all settings: the project's name in Pulumi.yaml. */
export const namespace = "secure-application-model";

/** For the engine a time looks like a secret: it asks whether to encrypt it, and takes it only when told that it is none. */
const looksSecret = /^\d{4}-\d{2}-\d{2}T|^<UTC time>$/u;

/** The command that sets one setting. @param setting its path below the namespace: consent.account */
export function setSetting(setting: string, value: string): Command {
  return pulumi("config", "set", ...(looksSecret.test(value) ? ["--plaintext"] : []), ...keyOf(setting), value);
}

/** The command that sets several at once: by one after the other a stack might be half configured meanwhile. @param settings by their paths */
export function setSettings(settings: Readonly<Record<string, string>>): Command {
  const values = Object.entries(settings).flatMap(([path, value]) => ["--plaintext", `${namespace}:${path}=${value}`]);
  return pulumi("config", "set-all", "--path", ...values);
}

export function removeSetting(setting: string): Command {
  return pulumi("config", "rm", ...keyOf(setting));
}

const keyOf = (setting: string): string[] => [...(/[.[]/u.test(setting) ? ["--path"] : []), `${namespace}:${setting}`];
