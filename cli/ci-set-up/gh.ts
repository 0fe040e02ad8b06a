/** Runs gh with the sign-in of this machine's user. No argument and no input contains a secret. */
import * as v from "valibot";
import { type Command, Failure, sentence } from "../../lib/errors/failure";
import { oneLine } from "../../lib/errors/harmless";
import { commandLine } from "../../lib/errors/text";
import { type Finding, skipped } from "../doctor/check";
import { outputOf } from "../terminal/program-output";

/** Runs one line, which may be piped into another. @throws Failure with the program's own message */
export async function runLine({ program, args, into }: Command, input = ""): Promise<void> {
  const { code, out, said } = await outputOf({ program, args }, {}, input);
  if (code !== 0) {
    const what = `${commandLine({ program, args })} failed: ${said.trim() || `exit code ${String(code)}`}`;
    throw new Failure("ci-set-up", what, sentence("Fix that, then run this again."));
  }
  if (into !== undefined) await runLine(into, out);
}

/** GitHub's answer: its body; or a refusal's status (0: none) and message, from GitHub or gh. */
type Reply<T> = { body: T } | { status: number; said: string };

/** @param path below https://api.github.com/ @param shape of the answer, as a proxy may answer instead */
export async function readGh<T>(path: string, shape: v.GenericSchema<unknown, T>): Promise<Reply<T>> {
  const { code, out, said } = await outputOf({ program: "gh", args: ["api", path] });
  if (code === undefined) return { status: 0, said: "there is no gh on PATH; install it: https://cli.github.com" };
  if (code === 0) {
    const read = v.safeParse(v.pipe(v.string(), v.parseJson(), shape), out);
    if (read.success) return { body: read.output };
    return { status: 0, said: `the answer to gh api ${path} is not GitHub's` };
  }
  const [, words = oneLine(said.trim()), status = "0"] = /^gh: (.*) \(HTTP (\d{3})\)$/mu.exec(said) ?? [];
  return { status: Number(status), said: words };
}

export const unseen = ({ status, said }: { status: number; said: string }): Finding =>
  skipped(`not checked: ${status === 0 ? said : `GitHub answers ${status}, ${said}`}`);
