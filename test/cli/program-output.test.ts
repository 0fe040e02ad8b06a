/** How another program ends, and what of its output is waited for. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { outputOf } from "../../cli/terminal/program-output";
import { temporaryFolder } from "../support/temporary-folder";

const folder = temporaryFolder();
/** What it starts holds its output for longer than a test may take. */
const leaving = { program: "sh", args: ["-c", "echo begun; sleep 600; echo"] };

test("a limit of time ends it, though what it started holds its output", async () => {
  const why = "It was ended by SIGTERM.";
  expect(await outputOf(leaving, { timeout: 300 })).toEqual({ code: 1, out: "begun\n", said: why });
});

test("so does an interruption", async () => {
  const { code, said } = await outputOf(leaving, { signal: AbortSignal.timeout(300) });
  expect([code, said]).toEqual([1, expect.stringMatching(/aborted/u)]);
});

test("no program, and no folder to run it in, are the same whether the system tells or throws it", async () => {
  const file = join(folder, "file");
  writeFileSync(file, "");
  const nowhere = { env: { PATH: `/usr/bin:${file}` } };
  const missing = { code: undefined, out: "", said: expect.stringMatching(/ENOENT|ENOTDIR/u) as string };
  expect(await outputOf({ program: "no-such-program", args: [] }, nowhere)).toEqual(missing);
  for (const cwd of [file, join(folder, "none")]) expect(await outputOf(leaving, { cwd })).toEqual(missing);
});

test("more than a pipe holds goes in and comes out, and who reads no input is not waited for", async () => {
  const much = "x".repeat(3_000_000);
  expect(await outputOf({ program: "cat", args: [] }, {}, much)).toEqual({ code: 0, out: much, said: "" });
  expect(await outputOf({ program: "true", args: [] }, {}, much)).toEqual({ code: 0, out: "", said: "" });
});
