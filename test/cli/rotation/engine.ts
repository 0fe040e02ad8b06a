/** `rotate` with a stand-in for the engine, which test/e2e has. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import type { CredentialKind, Generation } from "../../../lib/config/limits";
import { least } from "../../config/configuration";
import { commandHere } from "../support/command-here";
import type { Finished } from "../support/built-command";

const today = new Date().toISOString().slice(0, 10);
export const of = (kind: CredentialKind, ...numbers: number[]): Generation[] =>
  numbers.map((number) => ({ number, kind, day: number > 2 ? today : "2026-11-26" }));

interface Deployed {
  settings?: object;
  /** Undefined: it has no output of that name. */
  before?: readonly Generation[] | undefined;
  /** What the run leaves. */
  after?: readonly Generation[];
  outputs?: object;
  state?: object[];
  /** Operations of the state without an end. */
  pending?: object[];
  /** Of the preview. */
  events?: object[];
  /** What the engine does in place of a deployment, in its folder `$at`. */
  ends?: string;
}

interface Rotation extends Finished {
  /** For each deployment what it was asked for; "": nothing. */
  asked: string[];
  /** Of stderr. */
  lines: string[];
}

/** The command on stack dev, as it was deployed. */
export async function rotate(argv: string[], deployed: Deployed = {}): Promise<Rotation> {
  const folder = mkdtempSync(join(tmpdir(), "rotate-"));
  try {
    return await rotateIn(folder, argv, deployed);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function rotateIn(folder: string, argv: string[], deployed: Deployed): Promise<Rotation> {
  const { settings = least, before, after = [], outputs = { applicationId: "a" }, state = [], pending = [] } = deployed;
  const { events = [{ summaryEvent: {} }], ends = 'cp "$at/after" "$at/outputs"' } = deployed;
  const write = (name: string, document: unknown) => {
    writeFileSync(join(folder, name), JSON.stringify(document));
  };
  const withGenerations = (generations: readonly Generation[]) => ({
    ...outputs,
    credential: { name: "client-credential-1a2b3c4d", generations },
  });
  const config = Object.entries(settings).map(([name, value]: [string, unknown]) => [
    `secure-application-model:${name}`,
    { value: typeof value === "string" ? value : JSON.stringify(value) },
  ]);
  write("config", Object.fromEntries(config));
  write("state", { deployment: { resources: state, pending_operations: pending } });
  write("outputs", before === undefined ? outputs : withGenerations(before));
  write("after", withGenerations(after));
  writeFileSync(join(folder, "events"), events.map((one) => `${JSON.stringify(one)}\n`).join(""));
  const engine = `#!/bin/sh
at="${folder}"
case "$1 $2" in
  config*) exec cat "$at/config" ;;
  "stack export") exec cat "$at/state" ;;
  "stack output") exec cat "$at/outputs" ;;
  preview*) exec cat "$at/events" ;;
esac
echo "$SECURE_APP_MODEL_ROTATION" >> "$at/asked"
echo "the engine's own words"
${ends}
`;
  writeFileSync(join(folder, "pulumi"), engine, { mode: 0o755 });
  const PATH = [folder, process.env["PATH"]].join(delimiter);
  // Another run's variable, which is none of this command's.
  const variables = { PATH, SECURE_APP_MODEL_ROTATION: "next" };
  const ended = await commandHere(["rotate", "--stack", "dev", "--cwd", folder, ...argv], "", variables);
  const asked = existsSync(join(folder, "asked")) ? readFileSync(join(folder, "asked"), "utf8").split("\n") : [];
  return { ...ended, asked: asked.slice(0, -1), lines: ended.stderr.trimEnd().split("\n") };
}
