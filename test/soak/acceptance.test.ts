/** A run of `npm run acceptance` that is ended, and ended again while it cleans up. */
import { setTimeout as sleep } from "node:timers/promises";
import { Acceptance } from "../acceptance/support/acceptance";
import { openGraph } from "../e2e/support/graph";
import { finished } from "../e2e/support/project";

let acceptance: Acceptance;
beforeAll(async () => {
  acceptance = await Acceptance.start();
});
afterAll(() => acceptance.close());

test("interrupted twice it says what is left and how to remove it; that command does", async () => {
  const { emulator, project } = acceptance;
  const before = acceptance.left();
  emulator.faults.add({ service: "microsoftGraph", method: "DELETE", delay: 4000, times: 0 });
  const run = acceptance.spawn(...acceptance.stack, "--only", "renewal", "--yes");
  const ended = finished(run);
  let text = "";
  for (const stream of [run.stdout, run.stderr]) stream.on("data", (chunk: Buffer) => (text += chunk.toString()));
  const seen = async (words: RegExp) => {
    while (!words.test(text) && run.exitCode === null) await sleep(50);
  };
  await seen(/azuread:index:ServicePrincipal partner created/u);
  run.kill("SIGTERM");
  await seen(/Destroying/u);
  await sleep(1500);
  run.kill("SIGTERM");
  const { code } = await ended;
  const [, folder = ""] = /Remove it: npm run acceptance -- --clean-up (\S+)/u.exec(text) ?? [];
  expect({
    code,
    left: acceptance.left().sort(),
  }).toEqual({
    code: 130,
    left: [...before, folder].sort(),
  });
  emulator.faults.clear();
  const cleaned = await acceptance.run("--clean-up", folder);
  expect([cleaned.code, cleaned.text.trimEnd().split("\n").at(-1)]).toEqual([0, "Nothing is left."]);
  expect(acceptance.left()).toEqual(before);
  const graph = await openGraph(project);
  const { value } = await graph<{ value: { displayName: string }[] }>("GET", "/applications");
  expect(value.filter(({ displayName }) => displayName.startsWith("Acceptance"))).toEqual([]);
});
