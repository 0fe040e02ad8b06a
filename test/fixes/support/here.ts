/** Fixes of failures in the test's own process: no command is started for the failure, but each fix is run in a shell as it is printed. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { tmpdir } from "node:os";
import { Facts, type DoctorOptions } from "../../../cli/doctor/facts";
import type { State } from "../../../cli/report/finding";
import { examine } from "../../../cli/doctor/examine";
import { preconditions } from "../../../cli/doctor/preconditions";
import { jsonOf } from "../../../cli/doctor/report";
import { documentOf, type FixDocument } from "../../../lib/errors/document";
import type { Emulator } from "../../../embedded-cloud/testing/emulator";
import type { Identity } from "../../support/az/commands";
import { startAz } from "../../support/az/stand-in";
import type { StandIn } from "../../support/stand-in/program";
import { linesOf, printedFixes, type Terminal, typed } from "./printed";

/** A check: returns the fixes, or nothing if all is well. */
export type Look = (environment: NodeJS.ProcessEnv) => Promise<readonly FixDocument[] | undefined>;

export interface Repair {
  look: Look;
  /** Where the fix is defined, and its text: see sites.ts. */
  fix: string;
  /** The reader's values for <…>. */
  fill?: Readonly<Record<string, string>>;
}

/** Runs the check, then the printed fix in a shell, and then the check again with the shell's environment. */
export async function repairs(terminal: Terminal, { look, fix, fill = {} }: Repair): Promise<void> {
  const before = await look(terminal.env);
  if (before === undefined) throw new Error(`nothing is wrong: ${fix}`);
  const lines = printedFixes(before, fix).flatMap((one) => linesOf(one, fill));
  const folder = await mkdtemp(join(tmpdir(), "shell-"));
  try {
    const file = join(folder, "environment");
    const { code, stdout, stderr } = await typed(terminal, [...lines, `env -0 > '${file}'`]);
    if (code !== 0) throw new Error(`${lines.join("\n")}\nended with ${code}:\n${stdout}\n${stderr}`);
    const left = (await readFile(file, "utf8")).split("\0").filter((one) => one !== "");
    const variables = left.map((one): [string, string] => {
      const [name = "", ...value] = one.split("=");
      return [name, value.join("=")];
    });
    const after = await look(Object.fromEntries(variables));
    if (after !== undefined) throw new Error(`${lines.join("\n")}\nleft it as it was: ${JSON.stringify(after)}`);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** One of doctor's findings, with only the checks that it needs. @param well states that need no repair; default only ok */
export const finding =
  (name: string, options: DoctorOptions = {}, well: readonly State[] = ["ok"]): Look =>
  async (environment) => {
    const all = preconditions(options.stack !== undefined, options.probe ?? false);
    const needed = (one: string): string[] => [
      one,
      ...(all.find((check) => check.name === one)?.needs ?? []).flatMap(needed),
    ];
    const names = new Set(needed(name));
    const results = await examine({
      checks: all.filter((check) => names.has(check.name)),
      facts: () => new Facts(options, environment),
      fix: false,
      onResult: () => undefined,
      onChange: () => undefined,
    });
    const found = results.map(jsonOf).find((one) => (one as { name: string }).name === name);
    const { state, fixes } = found as { state: State; fixes: FixDocument[] };
    return well.includes(state) ? undefined : fixes;
  };

/** Anything that fails with a Failure. */
export const failureOf =
  (attempt: (environment: NodeJS.ProcessEnv) => unknown): Look =>
  async (environment) => {
    try {
      await attempt(environment);
      return undefined;
    } catch (error) {
      const { fixes, problems = [] } = documentOf(error);
      return [...fixes, ...problems.flatMap((one) => one.fixes)];
    }
  };

/** An administrator's `az` for the tests of a file. @param emulator of the test that runs */
export function azForAll(emulator: () => Emulator): { identity: Identity; folder: () => string; path: () => string } {
  let standIn: StandIn;
  const az = {
    identity: {
      roles: [
        ...["Application.ReadWrite.All", "Directory.Read.All", "AppRoleAssignment.ReadWrite.All"],
        ...["DelegatedPermissionGrant.ReadWrite.All", "GroupMember.ReadWrite.All"],
      ],
    } as Identity,
    folder: () => standIn.folder,
    path: () => [standIn.folder, process.env["PATH"]].join(delimiter),
  };
  beforeAll(async () => {
    standIn = await startAz(emulator, () => az.identity);
  });
  afterAll(() => standIn.close());
  return az;
}
