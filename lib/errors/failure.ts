import type { Code } from "./codes";
import { withoutSecrets } from "./secrets";
import type { Options } from "./invocation";
import { messageOf } from "./text";

export type { Code } from "./codes";

/** The parts of an error, separate, so that no caller has to parse a text. */
export interface Parts {
  what: string;
  /** The cause or the consequence: whole sentences. */
  why?: string | undefined;
  fixes?: readonly Fix[] | undefined;
  /** If several things are wrong at once, each of them; `what` is then their heading. */
  problems?: readonly Problem[] | undefined;
  /** The refusal that caused it: a command ends with that refusal's exit code. */
  cause?: unknown;
}

export interface Problem {
  where: string;
  /** The value found and the allowed values; or whole sentences. */
  why: { found: string; allowed: string } | string;
  fixes: readonly Fix[];
}

/** Subclass it only if code branches on the type. Secrets are removed in the constructor: other messages quote it. */
export class Failure extends Error implements Parts {
  override readonly name = this.constructor.name;
  readonly what: string;
  readonly why: string | undefined;
  readonly fixes: readonly Fix[];
  readonly problems: readonly Problem[] | undefined;

  /** @param said a text is its `what` @param more fixes after those in `said` */
  constructor(
    readonly code: Code,
    said: Parts | string,
    ...more: readonly Fix[]
  ) {
    const { what, why, fixes = [], problems, cause }: Parts = typeof said === "string" ? { what: said } : said;
    super(undefined, cause === undefined ? undefined : { cause });
    this.what = withoutSecrets(what);
    this.why = why === undefined ? undefined : withoutSecrets(why);
    this.fixes = [...fixes, ...more];
    this.problems = problems;
  }

  override get message(): string {
    return messageOf(this);
  }
}

export const hasCode = (error: unknown, ...codes: readonly Code[]): error is Failure =>
  error instanceof Failure && codes.includes(error.code);

/** Creates a subclass for a code that other code branches on. */
// eslint-disable-next-line @typescript-eslint/explicit-module-boundary-types -- a class has no shorter name than itself
export function kindOf(code: Code) {
  return class extends Failure {
    constructor(said: Parts | string, ...more: readonly Fix[]) {
      super(code, said, ...more);
    }
  };
}

/** A value that earlier checks guarantee. @param what a sentence in case it is missing @throws Failure */
export function present<T>(value: T | null | undefined, what: string): T {
  if (value === undefined || value === null) throw new Failure("defect", what);
  return value;
}

export function partsOf(error: unknown): Parts & { code: Code } {
  if (error instanceof Failure) return error;
  const said = error instanceof Error ? error.message || nameOf(error) : String(error);
  return { code: "unexpected", what: withoutSecrets(said) };
}

/** The name of an error without a message: a vendor's client throws such an error for an answer without a body. */
function nameOf(error: Error & { code?: unknown; statusCode?: unknown }): string {
  const about = [error.code, error.statusCode].filter((one) => typeof one === "string" || typeof one === "number");
  const cause = error.cause === undefined ? "" : `: ${partsOf(error.cause).what}`;
  return `${[error.name, ...about].join(" ")}, without a message${cause}`;
}

/** The same failure for one tenant's token, when several tenants are checked. */
export function failureFor(tenantId: string, error: unknown): Failure {
  const { code, fixes = [], ...said } = partsOf(error);
  return new Failure(code, { ...said, fixes: fixesFor(tenantId, fixes) });
}

/** Fixes for one of several tenants: a consent names the tenant, because its vault may contain other tokens. */
export const fixesFor = (tenantId: string, fixes: readonly Fix[]): Fix[] =>
  fixes.map(({ commands = [], ...fix }) => ({ ...fix, commands: commands.map((one) => ({ ...one, tenantId })) }));

/** Fixes with known values in place of placeholders: "<client id>". */
export const filled = (fixes: readonly Fix[], values: Options): Fix[] =>
  fixes.map(({ commands = [], ...fix }) => ({
    ...fix,
    commands: commands.map((one) => ({
      ...one,
      args: one.args.map((word) => (Object.hasOwn(values, word) ? (values[word] ?? word) : word)),
    })),
  }));

/** A program and its arguments; the reader replaces an argument in angle brackets, `<new label>`. */
export interface Command {
  /** "secure-app-model" is printed in the form in which this process's user can call it. */
  program: "secure-app-model" | "pulumi" | "az" | "npm" | "export" | "unset" | (string & {});
  args: readonly string[];
  /** The command that its output is piped into: a secret passed in this way is never shown. */
  into?: Command;
  /** Options of the running command to omit when it is called again. */
  without?: readonly string[];
  /** The partner's tenant that it is about. */
  tenantId?: string;
  /** The command is for another machine, where npx would ask the registry for the package. */
  elsewhere?: true;
}

export interface Fix {
  /** A whole sentence, or what the commands do, without a final colon: "Consent again". */
  text: string;
  /** In the order to run them; none for a sentence. */
  commands?: readonly Command[];
  /** It only helps a run with a stack, or a command whose options name its target. Default: any. */
  helps?: "stack" | "command";
  /** It needs an administrator, the portal, waiting, or a decision on its commands' output. */
  byPerson?: true;
}

/** A fix that only a person can apply: it contains nothing to paste. @param text a whole sentence */
export const sentence = (text: string): Fix => ({ text, byPerson: true });

export const run = (text: string, ...commands: readonly Command[]): Fix => ({ text, commands });

/** A fix whose commands need a person first, or in between. @param text describes what the person does */
export const byPerson = (text: string, ...commands: readonly Command[]): Fix => ({ text, commands, byPerson: true });

export const forStack = (text: string, ...commands: readonly Command[]): Fix => ({ text, commands, helps: "stack" });

export const forCommand = (text: string, ...commands: readonly Command[]): Fix => ({
  ...run(text, ...commands),
  helps: "command",
});

export const command = (program: Command["program"], ...args: readonly string[]): Command => ({ program, args });

export const ownCommand = (...args: readonly string[]): Command => command("secure-app-model", ...args);

/** A placeholder for the running command. */
export const sameCommand = "<the same command>";

/** The running command, with these options in place of its own: "--cloud", "AzureCloud". */
export const again = (...options: readonly string[]): Command => command(sameCommand, ...options);

/** The running command, without an option and its value, and with others: "--powershell", "--json". */
export const againWithout = (option: string, ...options: readonly string[]): Command => ({
  ...again(...options),
  without: [option],
});

export const piped = (from: Command, into: Command): Command => ({ ...from, into });

/** An environment variable, for the shell in which the next command runs. */
export const setVariable = (name: string, value: string): Command => command("export", `${name}=${value}`);

/** A new sign-in that replaces the existing token: the last fix for most failures of a token. */
export const consentAnew = ownCommand("consent", "--force");

/** The command for a new credential of the stack; the credential before it stays valid. */
export const rotateNow = ownCommand("rotate", "--stack", "<stack>");

export const pulumi = (...args: readonly string[]): Command => command("pulumi", ...args);

/** The command that restores an earlier state, in place of a manipulated or outdated state. */
export const restoreBackup = pulumi("stack", "import", "--file", "<backup>");

export const az = (...args: readonly string[]): Command => command("az", ...args);

/** The namespace of all settings: the project's name in Pulumi.yaml. */
export const namespace = "secure-application-model";

/** The engine mistakes a time for a secret, and accepts it only with an option. */
const looksSecret = /^\d{4}-\d{2}-\d{2}T|^<UTC time>$/u;

/** The command that sets one setting. @param setting its path below the namespace: consent.account */
export const setSetting = (setting: string, value: string): Command =>
  pulumi("config", "set", ...(looksSecret.test(value) ? ["--plaintext"] : []), ...keyOf(setting), value);

/** Sets several at once: one by one, a stack might stay half configured. @param settings by their paths */
export function setSettings(settings: Readonly<Record<string, string>>): Command {
  const values = Object.entries(settings).flatMap(([path, value]) => ["--plaintext", `${namespace}:${path}=${value}`]);
  return pulumi("config", "set-all", "--path", ...values);
}

export const removeSetting = (setting: string): Command => pulumi("config", "rm", ...keyOf(setting));

/** Removes a key with dots in its name, made without --path: with --path it would remove the intended setting. */
export const removeKey = (key: string): Command => pulumi("config", "rm", `${namespace}:${key}`);

const keyOf = (setting: string): string[] => [...(/[.[]/u.test(setting) ? ["--path"] : []), `${namespace}:${setting}`];
