/** Standard output on a disk that is full, or becomes full, and with a reader that ends: one error, no stack, and the work is done. */
import { spawn, type SpawnOptions } from "node:child_process";
import { statSync } from "node:fs";
import { join } from "node:path";
import { asByShell, finished, type Finished, main } from "./support/built-command";
import { Stage } from "./support/stage";
import { temporaryFolder } from "../support/temporary-folder";

let stage: Stage;
const folder = temporaryFolder();
const count = 3;
beforeAll(async () => {
  stage = await Stage.start();
  await stage.addPartners(count);
});
afterAll(() => stage.emulator.close());

/** @param where a shell's words behind the command @param before those before it */
async function inShell(
  argv: readonly string[],
  where: string,
  environment: NodeJS.ProcessEnv = {},
  before = "",
): Promise<Finished> {
  const line = `${before}"$0" "$@" ${where}; exit "\${PIPESTATUS[0]}"`;
  const options: SpawnOptions = { env: asByShell(environment), cwd: folder, stdio: ["ignore", "pipe", "pipe"] };
  return await finished(spawn("bash", ["--norc", "-c", line, process.execPath, main, ...argv], options));
}

const lost = (reason: string): string =>
  `error: Standard output could not be written (${reason}): it is incomplete. ` +
  "Everything but the printing is done.\n  Free space there, or write it elsewhere, and check again.\n";

describe("a full disk", () => {
  test.each([["--help"], ["completion", "bash"], ["explain", "65001", "--json"]])(
    "%s %s: one error",
    async (...argv) => {
      const { code, stderr } = await inShell(argv, "> /dev/full");
      expect([code, stderr]).toEqual([1, lost("ENOSPC")]);
    },
  );

  test("a failure as JSON keeps its exit code, and is told where it can be", async () => {
    const { code, stderr } = await inShell(["tokens", "--json"], "> /dev/full");
    expect([code, stderr]).toEqual([2, expect.stringMatching(/^error: unknown command 'tokens'/u)]);
    expect(stderr).toMatch(/\nerror: Standard output could not be written \(ENOSPC\)/u);
  });

  test("of errors and notes: the exit code tells", async () => {
    const { code, stdout } = await inShell(["tokens"], "2> /dev/full");
    expect([code, stdout]).toEqual([2, ""]);
  });

  test("a disk that becomes full amid a text is no success", async () => {
    const { code, stderr } = await inShell(["completion", "bash"], "> script", {}, "ulimit -f 4; ");
    expect([code, stderr, statSync(join(folder, "script")).size]).toEqual([1, lost("EFBIG"), 4096]);
    const { stdout } = await inShell(["completion", "bash"], "> script; cat script");
    expect(stdout).toBe((await inShell(["completion", "bash"], "")).stdout);
  });
});

test.each([
  ["on a full disk", "> /dev/full", "--json-lines", 1, lost("ENOSPC")],
  ["on a full disk, in words", "> /dev/full", "--concurrency=1", 1, lost("ENOSPC")],
  ["with a reader that ends", "| true", "--json-lines", 0, ""],
  ["with a reader that ends, in words", "| true", "--concurrency=1", 0, ""],
])("renew %s: every token is renewed", async (_, where, option, code, message) => {
  stage.emulator.requests.clear();
  const { stderr, ...ended } = await inShell(["renew", option], where, stage.environment());
  expect([ended.code, stderr]).toEqual([code, message]);
  const asked = stage.emulator.requests.entries();
  expect(
    asked.filter(({ method, path }) => method === "PUT" && path.startsWith("/secrets/refresh-token-")).length,
  ).toBe(count);
});
