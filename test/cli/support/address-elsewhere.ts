/** Commands that open a page for a sign-in, with the browser on another machine. */
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { freePort } from "../../../tools/embedded-cloud/free-port";
import { signInFor } from "../../../tools/embedded-cloud/testing/emulator";
import { finished, type Finished } from "./built-command";
import type { Stage } from "./stage";

/** Waits for the address that a consent prints for a browser on another machine. @returns it, and the output so far */
export async function addressElsewhere(stage: Stage, child: ChildProcess): Promise<{ url: string; said: string }> {
  const address = new RegExp(`^ {2}(${stage.emulator.url}/\\S+)$`, "mu");
  let said = "";
  child.stderr?.on("data", (chunk: Buffer) => (said += chunk.toString()));
  while (!address.test(said) && child.exitCode === null) await once(child.stderr ?? child, "data");
  return { url: address.exec(said)?.[1] ?? said, said };
}

/** Starts a command, and waits for that address. @param input a descriptor to read from; default a new pipe */
export async function begun(
  stage: Stage,
  argv: string[],
  environment: Record<string, string> = {},
  input: number | "pipe" = "pipe",
): Promise<{ child: ChildProcess; end: Promise<Finished>; url: string; said: string }> {
  const port = await freePort();
  const child = stage.spawn([...argv, "--port", String(port)], environment, input);
  const end = finished(child);
  const printed = await addressElsewhere(stage, child);
  expect(printed.url).toContain(encodeURIComponent(`:${port}`));
  return { child, end, ...printed };
}

/** Signs in elsewhere. @returns the redirected address, which the browser there cannot open */
export async function signInElsewhere(url: string, answers: Parameters<typeof signInFor>[1] = {}): Promise<string> {
  const redirectUri = new URL(url).searchParams.get("redirect_uri") ?? "";
  return `${redirectUri}?${new URLSearchParams(await signInFor(url, answers)).toString()}`;
}

/** Runs a command to its end, with a sign-in elsewhere. */
export async function answered(
  stage: Stage,
  argv: string[],
  answers: Parameters<typeof signInFor>[1] = {},
  environment: Record<string, string> = {},
): Promise<Finished & { address: URL }> {
  const { child, end, url } = await begun(stage, argv, environment);
  child.stdin?.end(`${await signInElsewhere(url, answers)}\n`);
  return { ...(await end), address: new URL(url) };
}
