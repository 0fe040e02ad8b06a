/** Rotations at once, by the calendar and by hand, killed in the middle; and from the calendar back to labels by hand. */
import { stackForEach } from "../e2e/support/deployed-once";
import type { Project } from "../e2e/support/project";
import { aboutStack } from "../e2e/support/command";
import { daysAgo, labelsOf, publishedIn } from "../e2e/support/rotations";
import { openVault } from "../e2e/support/vault";

const other = "refresh-token-dddddddd-1111-4222-8333-444444444444";
let project: Project;
stackForEach({ deployed: true }, (started) => (project = started));
const today = daysAgo(0);
const result = (...argv: string[]) => aboutStack(project, ...argv);
const everywhere = async () => [await labelsOf(project), await publishedIn(project)];

test("by the calendar everything but what is made now goes at once, nothing in the settings changes, and twice on a day works", async () => {
  const first = daysAgo(10);
  await project.configure({ credential: { rotateEvery: "30d", firstDay: first } });
  await project.up();
  expect(await everywhere()).toEqual([["initial", first], first]);
  const one = await result("rotate", "--revoke-now", "--yes");
  expect([one.code, one.stdout]).toEqual([
    0,
    `Stack dev is rotated. New credential ${today} in use. Removed: ${first}, initial.\n`,
  ]);
  expect(one.stderr).toContain(`Everyone who uses ${first}, initial loses access: `);
  expect(await everywhere()).toEqual([[today], today]);
  expect(await result("drift")).toMatchObject({ code: 0, stdout: "Stack dev has not drifted.\n" });
  const again = await result("rotate", "--yes");
  expect([again.code, again.stdout]).toEqual([0, `Stack dev is rotated. New credential ${today}-2 in use.\n`]);
  expect(await everywhere()).toEqual([[today, `${today}-2`], `${today}-2`]);
  // A second run continues: the replaced credential is removed, and nothing else is created.
  const on = await result("rotate", "--revoke-now", "--yes");
  expect([on.code, on.stdout]).toEqual([0, `Stack dev is rotated. Removed: ${today}.\n`]);
  expect(await everywhere()).toEqual([[`${today}-2`], `${today}-2`]);
  // Back to labels by hand.
  await project.configure({ credential: { label: "initial" } });
  const refused = await project.pulumi("preview");
  expect([refused.code, refused.text]).toEqual([
    1,
    expect.stringContaining(`its tokens use the credential ${today}-2, which the settings do not name`),
  ]);
  // Runs the fix "lib/resolve/credentials.ts: Make it the previous one, and set a new label".
  const [, settings = ""] = /pulumi config (set-all .*)/u.exec(refused.text) ?? [];
  const argv = settings.replace(
    "'secure-application-model:credential.label=<new label>'",
    "secure-application-model:credential.label=by-hand",
  );
  const set = await project.pulumi("config", ...argv.split(" "));
  expect([set.code, set.text]).toEqual([0, ""]);
  await project.up();
  expect(await everywhere()).toEqual([[`${today}-2`, "by-hand"], "by-hand"]);
  expect((await result("drift")).code).toBe(0);
});

test("by hand one command does every step, tokens of other tenants too; cut off after the token was published it goes on", async () => {
  const vault = await openVault(project);
  const { refreshTokenName } = await project.outputs();
  const { properties, value = "" } = await vault.getSecret(refreshTokenName);
  const tags = { ...properties.tags, tenant: other.slice("refresh-token-".length) };
  await vault.setSecret(other, value, { tags });
  // The tenant does not exist for Entra: its token cannot be rolled, and the old secret is kept meanwhile.
  const failed = await result("rotate", "--revoke-now", "--yes");
  expect([failed.code, failed.stderr]).toEqual([1, expect.stringContaining("could not be switched to")]);
  expect(await everywhere()).toEqual([["initial", today], today]);
  await vault.setSecret(other, value, { tags, enabled: false });
  const done = await result("rotate", "--revoke-now", "--yes");
  expect([done.code, done.stdout]).toEqual([0, "Stack dev is rotated. Removed: initial.\n"]);
  expect(await everywhere()).toEqual([[today], today]);
  expect((await result("drift")).code).toBe(0);
});

test.each(["secret", "certificate"])(
  "back to labels by hand after a rotation to a %s that was cut off: one setting finishes it, whatever was set",
  async (kind) => {
    const first = daysAgo(40);
    await project.configure({ credential: { kind, rotateEvery: "90d", firstDay: first } });
    await project.up();
    const vault = await openVault(project);
    const { refreshTokenName } = await project.outputs();
    const { properties, value = "" } = await vault.getSecret(refreshTokenName);
    const tags = { ...properties.tags, tenant: other.slice("refresh-token-".length) };
    await vault.setSecret(other, value, { tags });
    expect((await result("rotate", "--yes")).code).toBe(1);
    expect(await everywhere()).toEqual([["initial", first, today], today]);
    await vault.setSecret(other, value, { tags, enabled: false });
    const fixFor = async (credential: object) => {
      await project.configure({ credential });
      return /which was cut off: pulumi config (set-all .*)/u.exec((await project.pulumi("preview")).text)?.[1] ?? "";
    };
    const settings = await fixFor({ kind, label: first });
    const another = kind === "secret" ? "certificate" : "secret";
    expect([settings, await fixFor({ kind: another, label: "by-hand" })]).toEqual([
      expect.stringContaining(today),
      settings,
    ]);
    // Runs the fix "lib/resolve/credentials.ts: Finish the rotation first, which was cut off".
    const set = await project.pulumi("config", ...settings.split(" "));
    expect([set.code, set.text]).toEqual([0, ""]);
    await project.up();
    expect(await everywhere()).toEqual([[first, today], today]);
    expect((await result("drift")).code).toBe(0);
  },
);

test("without --yes and without a terminal nothing is changed; a stack without a calendar has none to go by", async () => {
  const asked = await result("rotate");
  expect([asked.code, asked.stderr]).toEqual([2, expect.stringContaining("No terminal to confirm at.")]);
  const scheduled = await result("rotate", "--scheduled");
  expect([scheduled.code, scheduled.stdout, scheduled.stderr]).toEqual([
    0,
    "No rotation of stack dev is due.\n",
    expect.stringContaining("It has no calendar"),
  ]);
  expect(await everywhere()).toEqual([["initial"], "initial"]);
});
