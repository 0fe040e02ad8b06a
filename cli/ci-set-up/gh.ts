/** GitHub's own command, with the sign-in of this machine's user. */
import * as v from "valibot";
import type { Fix } from "../../lib/errors/failure";
import { UsageError } from "../terminal/exit-code";
import { ended } from "./run-line";

/** @param fixes for the case that it cannot be used @throws UsageError if it is not installed, or not signed in */
export async function requireGh(...fixes: readonly Fix[]): Promise<void> {
  const what = await ghMissing();
  if (what !== undefined) throw new UsageError(what, ...fixes);
}

/** Why it cannot be used; undefined: it can. */
export async function ghMissing(): Promise<string | undefined> {
  const { code } = await ended({ program: "gh", args: ["auth", "status"] });
  if (code === 0) return undefined;
  return code === undefined ? "There is no gh on PATH." : "Nobody is signed in with gh.";
}

/** GitHub's answer: its body; or of a refusal its status and its words. */
export type Reply<T = unknown> = { body: T } | { status: number; said: string };

/** @param path below https://api.github.com/ @param shape of the answer: what stands between may answer in GitHub's place */
export async function readGh<T>(path: string, shape: v.GenericSchema<unknown, T>): Promise<Reply<T>> {
  const { code, out, said } = await ended({ program: "gh", args: ["api", path] });
  if (code === 0) {
    const read = v.safeParse(v.pipe(v.string(), v.parseJson(), shape), out);
    if (read.success) return { body: read.output };
    return { status: 0, said: `what answered gh api ${path} is not what GitHub says there` };
  }
  const [, words = said.trim(), status = "0"] = /^gh: (.*) \(HTTP (\d{3})\)$/mu.exec(said) ?? [];
  return { status: Number(status), said: words };
}

export const refusalIn = ({ status, said }: { status: number; said: string }): string =>
  status === 0 ? said : `GitHub answers ${status}, ${said}`;
