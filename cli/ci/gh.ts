/** GitHub's own command, with the sign-in of this machine's user. */
import type { Fix } from "../../errors/failure";
import { UsageError } from "../exit-code";
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
export type Reply = { body: unknown } | { status: number; said: string };

/** @param path below https://api.github.com/ */
export async function readGh(path: string): Promise<Reply> {
  const { code, out, said } = await ended({ program: "gh", args: ["api", path] });
  if (code === 0) return { body: JSON.parse(out) };
  const [, words = said.trim(), status = "0"] = /^gh: (.*) \(HTTP (\d{3})\)$/mu.exec(said) ?? [];
  return { status: Number(status), said: words };
}
