/** Failures of the built command, as text and as JSON. */
import type { Finished } from "./built-command";
import { failureIn } from "./failure-document";
import type { Stage } from "./stage";

/** A failure's code and text: the same as text and as JSON, nothing else on stdout, and none of the secrets anywhere. */
export async function failing(
  stage: Stage,
  argv: string[],
  secrets: readonly string[] = [],
): Promise<{ code: number; message: string }> {
  const [plain, json] = await Promise.all([stage.run(argv), stage.run([...argv, "--json"])]);
  const error = failureIn(json.stdout);
  expect({
    code: json.code,
    exitCode: error.exitCode,
    stdout: plain.stdout,
    stderr: anonymous(lineOf(plain.stderr)),
  }).toEqual({
    code: plain.code,
    exitCode: plain.code,
    stdout: "",
    stderr: anonymous(lineOf(`error: ${error.message}\n`)),
  });
  withoutSecrets(secrets, plain.stderr, json.stdout, json.stderr);
  return { code: plain.code, message: error.message };
}

/** Expects such a failure. @param text a part of its text, or a pattern of it */
export async function expectFailure(stage: Stage, argv: string[], code: number, text: string | RegExp): Promise<void> {
  const message: unknown = typeof text === "string" ? expect.stringContaining(text) : expect.stringMatching(text);
  expect(await failing(stage, argv)).toEqual({ code, message });
}

/** What a person reads on several lines is one in a message. */
const lineOf = (text: string): string => text.replaceAll(/\n {2}(?:\d+\. )?|; or: /gu, " ");

/** Replaces what differs from run to run, and the name of the command. */
const anonymous = (text: string): string =>
  text
    .replaceAll(" --json", "")
    .replace(/request [0-9a-f-]{36}/gu, "request …")
    .replace(/\d\d:\d\d:\d\dZ/gu, "…");

export function withoutSecrets(secrets: readonly string[], ...texts: string[]): void {
  const all = texts.join("\n");
  expect(secrets.filter((secret) => all.includes(secret))).toEqual([]);
  expect(/eyJ[\w-]{10,}\.eyJ/u.exec(all)?.[0].slice(0, 10)).toBeUndefined();
}

export function dataOf({ code, stdout, stderr }: Finished): string {
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return stdout;
}
