/** Rotations at once under the real engine: they end what is known to be stolen, go on after a failure, and change no settings. */
import { readFile } from "node:fs/promises";
import { aboutStack, redeem } from "../e2e/support/command";
import { stackForEach } from "../e2e/support/deployed-once";
import type { Project } from "../e2e/support/project";
import { labelsOf, publishedIn } from "../e2e/support/rotations";
import { thiefOf } from "../e2e/support/thief";
import { newestOf, tokenVersions } from "../e2e/support/vault";

let project: Project;
stackForEach({ deployed: true }, (started) => (project = started));
const result = (...argv: string[]) => aboutStack(project, ...argv);
const everywhere = async () => [await labelsOf(project), await publishedIn(project)];

test("everything but what is made now goes at once, nothing in the settings changes, and twice on a day works", async () => {
  const settings = await readFile(project.configFile, "utf8");
  const { tags } = newestOf(await tokenVersions(project));
  expect((await result("rotate", "--yes")).code).toBe(0);
  const thief = await thiefOf(project);
  const one = await result("rotate", "--revoke-now", "--yes", "--json");
  expect([one.code, JSON.parse(one.stdout)]).toEqual([
    0,
    {
      ...{ stack: "dev", rotated: true, made: ["c3"], gone: ["c2", "c1"] },
      loses: [expect.stringMatching(/^Whoever has a copy of c2, c1 loses access/u)],
    },
  ]);
  expect(await everywhere()).toEqual([["partner-c3"], ["partner-c3"]]);
  expect(await thief.ways()).toEqual({ token: 7000215, secretAlone: 7000215 });
  const again = await result("rotate", "--yes");
  expect([again.code, again.stdout]).toEqual([0, "Stack dev is rotated. New credential c4 in use.\n"]);
  expect(again.stderr).toContain("c3 is still valid. Once nothing uses it, this removes it");
  const finished = await result("rotate", "--finish", "--yes");
  expect([finished.code, finished.stdout]).toEqual([0, "Removed from stack dev: c3.\n"]);
  expect(await everywhere()).toEqual([["partner-c4"], ["partner-c4"]]);
  const none = await result("rotate", "--finish", "--yes");
  expect([none.code, none.stdout]).toEqual([0, "Nothing is left to finish.\n"]);
  expect(await result("drift")).toMatchObject({ code: 0, stdout: "Stack dev has not drifted.\n" });
  expect(await readFile(project.configFile, "utf8")).toBe(settings);
  expect([newestOf(await tokenVersions(project)).tags, (await redeem(project)).code]).toEqual([tags, 0]);
});

test("who keeps what was read is served through one rotation, and refused after the second", async () => {
  const keeper = await thiefOf(project);
  for (const ways of [
    { token: 200, secretAlone: 200 },
    { token: 7000215, secretAlone: 7000215 },
  ]) {
    expect((await result("rotate", "--yes")).code).toBe(0);
    expect(await keeper.ways()).toEqual(ways);
  }
});

const refusing = { service: "microsoftGraph", method: "POST", status: 403, times: 0 } as const;

test.each([
  ["the new one is made", "*/addPassword", ["partner-c1"], ["partner-c1"]],
  ["the old one is removed", "*/removePassword", ["partner-c1", "partner-c2"], ["partner-c2"]],
])("failed before %s it is asked again, and finishes", async (_, path, labels, published) => {
  const { id } = project.emulator.faults.add({ ...refusing, path });
  const failed = await result("rotate", "--revoke-now", "--yes");
  expect([failed.code, failed.stderr]).toEqual([1, expect.stringContaining("The rotation is not finished")]);
  expect([await everywhere(), (await redeem(project)).code]).toEqual([[labels, published], 0]);
  project.emulator.faults.remove(id);
  expect((await result("rotate", "--revoke-now", "--yes")).code).toBe(0);
  expect((await labelsOf(project)).length).toBe(1);
  expect(await result("drift")).toMatchObject({ code: 0 });
});

test("without --yes and without a terminal nothing is changed; a stack without a calendar has none to go by", async () => {
  const asked = await result("rotate");
  expect([asked.code, asked.stderr]).toEqual([2, expect.stringContaining("No terminal to confirm at.")]);
  const scheduled = await result("rotate", "--scheduled");
  expect([scheduled.code, scheduled.stdout, scheduled.stderr]).toEqual([
    0,
    "No rotation of stack dev is due.\n",
    expect.stringContaining("It has no calendar"),
  ]);
  expect(await everywhere()).toEqual([["partner-c1"], ["partner-c1"]]);
});
