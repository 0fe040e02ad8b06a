/** The record of a stack's credential: what moves its generations, and what somebody did to it by hand. */
import type { SecretClient } from "@azure/keyvault-secrets";
import { rotationVariable } from "../../lib/config/own-variables";
import { story } from "../support/story";
import { aboutStack, redeem } from "./support/command";
import { stackForAll } from "./support/deployed-once";
import type { Project, StackOutputs } from "./support/project";
import { applicationOf, labelsOf, publishedIn } from "./support/rotations";
import { isSoak, testInSoak } from "./support/soak";
import type { Found } from "./support/tampers";
import { newestOf, openVault, type Version, tokenVersions, versionsOf } from "./support/vault";

let project: Project;
let vault: SecretClient;
let deployed: StackOutputs;
let tokens: Version[];
stackForAll({ deployed: true }, async (started) => {
  project = started;
  vault = await openVault(project);
  deployed = await project.outputs();
  tokens = await tokenVersions(project);
});

const name = () => deployed.credential.name;
const test = story();

test("asked for a rotation, a preview, a refresh, a run of a part and one that fails move no output, and make nothing that stays", async () => {
  const isVault = ({ type }: { type: string }) => type.endsWith(":Vault");
  const target = (await project.state()).find(isVault)?.urn ?? "";
  const unasked = ["--yes", "--skip-preview"];
  const runs = [["preview"], ["refresh", ...unasked], ["up", ...unasked, "--target", target]];
  const body = { error: { code: "BadParameter" } };
  project.environment[rotationVariable] = "next";
  try {
    for (const argv of runs) {
      const { code } = await project.pulumi(...argv);
      expect([argv, code, await project.outputs(), await labelsOf(project)]).toEqual([
        argv,
        0,
        deployed,
        ["partner-c1"],
      ]);
    }
    project.emulator.faults.add({ service: "keyVault", method: "PUT", path: `/secrets/${name()}`, status: 400, body });
    const { code, text } = await project.pulumi("up", ...unasked);
    expect([code, text]).toEqual([1, expect.stringContaining(`Storing secret ${name()} in`)]);
  } finally {
    Reflect.deleteProperty(project.environment, rotationVariable);
  }
  expect((await project.outputs()).credential).toEqual(deployed.credential);
  // The one that was made is the stack's own, and no stranger's; who did not ask goes back.
  const { findings } = JSON.parse((await aboutStack(project, "drift", "--json")).stdout) as { findings: Found[] };
  expect(findings.map(({ resource, property }) => [resource, property])).toEqual([
    ["azuread.ApplicationPassword partner-c2", ""],
  ]);
  await project.up();
  expect([await labelsOf(project), (await project.outputs()).credential]).toEqual([
    ["partner-c1"],
    deployed.credential,
  ]);
});

test("rotated, it has both, and the stored token is as it was", async () => {
  expect((await aboutStack(project, "rotate", "--yes")).code).toBe(0);
  expect([await publishedIn(project), await tokenVersions(project)]).toEqual([["partner-c2", "partner-c1"], tokens]);
});

const newest = async () => newestOf(await versionsOf(vault, name()));
const record = "partner.CredentialRecord partner";

interface Hand {
  what: string;
  found: Partial<Found>;
  /** Of a redemption before the repair: the one before serves, where it is there. */
  code: number;
  by: () => Promise<unknown>;
  inSoak?: true;
}

const hands: Hand[] = [
  {
    ...{ what: "its newest version disabled", found: { resource: record, property: "enabled", live: false }, code: 0 },
    by: async () => await vault.updateSecretProperties(name(), (await newest()).version, { enabled: false }),
  },
  {
    ...{ what: "overwritten", inSoak: true, found: { resource: record, property: "overwrittenBy" }, code: 0 },
    by: async () => {
      project.emulator.clock.advance(60_000);
      await vault.setSecret(name(), "somebody else's");
    },
  },
  {
    ...{ what: "its current secret removed in Entra", inSoak: true, code: 0 },
    found: { resource: "azuread.ApplicationPassword partner-c2", property: "", live: null },
    by: async () => {
      const application = await applicationOf(project);
      application.passwordCredentials = application.passwordCredentials.filter(
        ({ displayName }) => displayName !== "partner-c2",
      );
    },
  },
  {
    ...{ what: "deleted", found: { resource: record, property: "", live: null }, code: 4 },
    by: async () => await (await vault.beginDeleteSecret(name())).pollUntilDone(),
  },
];

test.each(
  // Two others are in drift.test.ts.
  hands.filter(({ inSoak = false }) => isSoak || !inSoak),
  ({ what }) => `${what}: named by drift, and repaired by one deployment`,
  async ({ found, code, by }) => {
    await by();
    const drift = await aboutStack(project, "drift", "--json");
    const { findings } = JSON.parse(drift.stdout) as { findings: Found[] };
    expect([drift.code, findings]).toEqual([5, expect.arrayContaining([expect.objectContaining(found)])]);
    expect((await redeem(project)).code).toBe(code);
    await project.up();
    if (isSoak) expect(await aboutStack(project, "drift")).toMatchObject({ code: 0 });
    expect([(await labelsOf(project)).toSorted(), (await redeem(project)).code]).toEqual([
      ["partner-c1", "partner-c2"],
      0,
    ]);
    const { tags } = await newest();
    expect([tags["generation"], newestOf(await tokenVersions(project)).tags]).toEqual(["2", newestOf(tokens).tags]);
  },
);

testInSoak(
  "destroyed, nothing of it is enabled; deployed again it is the first one's, under the same name",
  async () => {
    await project.destroy();
    expect((await versionsOf(vault, name())).filter(({ enabled }) => enabled)).toEqual([]);
    await project.up();
    expect((await project.outputs()).credential).toMatchObject({ name: name(), generations: [{ number: 1 }] });
    expect([await publishedIn(project), (await redeem(project)).code]).toEqual([["partner-c1"], 0]);
  },
  test,
);
