/** What helps against a failure: a sentence, with the commands that do it. Data, so that every way out can write it in its own form. */

/** A program and its arguments. An argument in angle brackets, `<new label>`, stands for what the reader has to fill in. */
export interface Command {
  /** "secure-app-model" is written as this process's user can call it. */
  program: "secure-app-model" | "pulumi" | "az" | "npm" | "export" | (string & {});
  args: readonly string[];
}

export interface Fix {
  /** A whole sentence, or what the commands do, without a final colon: "Consent again". */
  text: string;
  /** In the order to run them; none for a sentence. */
  commands?: readonly Command[];
}

/** @param text a whole sentence */
export function sentence(text: string): Fix {
  return { text };
}

/** @param text what the commands do: "Rotate it" */
export function run(text: string, ...commands: readonly Command[]): Fix {
  return { text, commands };
}

export function command(program: Command["program"], ...args: readonly string[]): Command {
  return { program, args };
}

export const ownCommand = (...args: readonly string[]): Command => command("secure-app-model", ...args);

/** A new sign-in, over the token that is there: what most failures of a token end in. */
export const consentAnew = ownCommand("consent", "--force");

export const pulumi = (...args: readonly string[]): Command => command("pulumi", ...args);

export const az = (...args: readonly string[]): Command => command("az", ...args);

/** The namespace of all settings: the project's name in Pulumi.yaml. */
export const namespace = "secure-application-model";

/**
 * The command that sets one setting.
 * @param setting its path below the namespace: consent.account
 */
export function setSetting(setting: string, value: string): Command {
  return pulumi("config", "set", ...keyOf(setting), value);
}

export function removeSetting(setting: string): Command {
  return pulumi("config", "rm", ...keyOf(setting));
}

const keyOf = (setting: string): string[] => [...(/[.[]/u.test(setting) ? ["--path"] : []), `${namespace}:${setting}`];
