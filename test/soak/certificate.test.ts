/** Certificates under the real engine, further: rotations at once and by the calendar, from a client secret and back. */
import { stackForAll } from "../e2e/support/deployed-once";
import { aboutStack, redeem } from "../e2e/support/command";
import { openExisting } from "../e2e/support/existing";
import { openGraph } from "../e2e/support/graph";
import { Project } from "../e2e/support/project";
import { applicationOf, certificatesOf, daysAgo, publishedIn } from "../e2e/support/rotations";
import { assign, createVault, resourceManagerOf, roleIds, vaultPath } from "../../embedded-cloud/testing/azure";

const [first, today] = [daysAgo(10), daysAgo(0)];
let project: Project;
stackForAll({}, (started) => (project = started));
const result = (...argv: string[]) => aboutStack(project, ...argv);
const certificate = { kind: "certificate" };
const calendar = { rotateEvery: "30d", firstDay: first };

async function everywhere(): Promise<unknown[]> {
  const { keyCredentials, passwordCredentials } = await applicationOf(project);
  const { code } = await redeem(project);
  return [keyCredentials.length, passwordCredentials.length, await publishedIn(project), code];
}

/** Redeems in a loop. @returns a function that stops it, and returns the number of redemptions and the failures */
function consumer(): () => Promise<{ came: number; failed: string[] }> {
  const failed: string[] = [];
  let [came, isOn] = [0, true];
  const loop = (async () => {
    while (isOn) {
      const { code, stderr } = await redeem(project, "graph");
      if (code === 0) came += 1;
      else failed.push(stderr);
    }
  })();
  return async () => {
    isOn = false;
    await loop;
    return { came, failed };
  };
}

test("by hand one command rotates to another certificate, continues after an interruption, and no reader loses access", async () => {
  await project.configure({ credential: certificate });
  await project.up();
  expect(await everywhere()).toEqual([1, 0, "initial", 0]);
  const rotated = await result("rotate", "--yes");
  expect([rotated.code, rotated.stdout]).toEqual([0, `Stack dev is rotated. New credential ${today} in use.\n`]);
  expect(rotated.stderr).toContain("remove it once nothing uses it (credential.previous)");
  expect(await everywhere()).toEqual([2, 0, today, 0]);
  const revoked = await result("rotate", "--revoke-now", "--yes");
  expect([revoked.code, revoked.stdout]).toEqual([0, "Stack dev is rotated. Removed: initial.\n"]);
  expect(revoked.stderr).toContain("Nobody loses access: the key of initial never left the vault");
  expect(await everywhere()).toEqual([1, 0, today, 0]);
  expect((await result("drift")).code).toBe(0);
});

test("to the calendar, to client secrets by it and back, each by the scheduled run but for what takes roles", async () => {
  await project.configure({
    credential: { ...certificate, label: "by-hand", previous: { ...certificate, label: today } },
  });
  await project.up();
  await project.configure({ credential: { ...certificate, label: "by-hand", ...calendar } });
  const turned = await result("rotate", "--scheduled");
  expect([turned.code, turned.stdout]).toEqual([0, `Stack dev is rotated. New credential ${first} in use.\n`]);
  expect(await everywhere()).toEqual([2, 0, first, 0]);
  expect((await result("drift")).code).toBe(0);
  const stop = consumer();
  await project.configure({ credential: calendar });
  await project.up();
  expect(await everywhere()).toEqual([1, 1, first, 0]);
  const again = await result("rotate", "--yes");
  expect([again.code, again.stdout]).toEqual([0, `Stack dev is rotated. New credential ${today} in use.\n`]);
  await project.configure({ credential: { ...certificate, ...calendar } });
  await project.up();
  expect(await everywhere()).toEqual([1, 1, today, 0]);
  const { came, failed } = await stop();
  expect([came > 10, failed]).toEqual([true, []]);
  // Back to labels by hand.
  await project.configure({ credential: certificate });
  const refused = await project.pulumi("preview");
  const [, settings = ""] = /pulumi config (set-all .*)/u.exec(refused.text) ?? [];
  expect([refused.code, settings]).toEqual([1, expect.stringContaining(`credential.previous.label=${today}`)]);
  const words = settings.replace(/'([^']*)<new label>'/u, "$1by-hand");
  const set = await project.pulumi("config", ...words.split(" "));
  expect([set.code, set.text]).toEqual([0, ""]);
  await project.up();
  expect(await everywhere()).toEqual([2, 0, "by-hand", 0]);
  expect((await result("drift")).code).toBe(0);
});

test("beside what an adopted application has, in a vault of somebody else, and gone with the stack", async () => {
  await using other = await Project.start();
  const graph = await openGraph(other);
  const existing = await openExisting(other, graph);
  const ask = resourceManagerOf(other.emulator);
  const uri = await createVault(other.emulator, ask);
  // As in docs/runbook.md: by the vault's owner.
  for (const role of [roleIds.secretsOfficer, roleIds.certificatesOfficer, roleIds.cryptoUser])
    await assign(other.emulator, ask, vaultPath(other.emulator), role);
  const before = await existing.dump();
  const settings = { displayName: undefined, existingApplication: existing.clientId, vault: { uri } };
  await other.configure({ ...settings, credential: certificate });
  await other.up();
  const { keyCredentials, passwordCredentials } = await applicationOf(other);
  expect([keyCredentials.length, passwordCredentials.map(({ displayName }) => displayName)]).toEqual([1, ["portal"]]);
  const { resources } = await other.exported();
  expect(resources.filter(({ type }) => /authorization|:Secret$/u.test(type))).toEqual([]);
  const token = await redeem(other);
  expect([token.code, token.stderr]).toEqual([0, ""]);
  expect((await other.drift()).code).toBe(0);
  await other.destroy();
  expect(await existing.dump()).toEqual(before);
  expect(certificatesOf(other).map(({ enabled }) => enabled)).toEqual([false]);
});
