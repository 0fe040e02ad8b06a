/** A vault that somebody moved to another resource group: no deployment makes it again, and what is printed keeps its tokens and consents. */
import { assign, groupPath, resourceManagerOf, roleIds, vaultPath } from "../../tools/embedded-cloud/testing/azure";
import { story } from "../support/story";
import { fixesInWords, linesOf } from "../fixes/support/printed";
import { type as typedIn } from "../fixes/support/shell";
import { terminalOf } from "../fixes/support/robot";
import { redeem } from "./support/command";
import { stackForAll } from "./support/deployed-once";
import { devVault } from "./support/dev-configuration";
import type { Project, StackOutputs } from "./support/project";
import { thatIsThere } from "./support/project";

let project: Project;
let before: StackOutputs;
stackForAll({ deployed: true }, async (started) => {
  project = started;
  before = await project.outputs();
  delete project.environment["BROWSER"];
  const ask = resourceManagerOf(project.emulator);
  await ask("PUT", groupPath(project.emulator, elsewhere), { location: "westeurope" });
});

const elsewhere = "elsewhere";
const own = devVault.resourceGroupName;
const idIn = (group: string) => vaultPath(project.emulator, devVault.name, group);

/** As Azure does it: the role assignments stay behind. */
function move(from: string, to: string): void {
  const vault = thatIsThere(project.subscription.vaults.get(devVault.name));
  vault.resource.id = vault.resource.id.replace(`/resourceGroups/${from}/`, `/resourceGroups/${to}/`);
}

const works = async () => {
  const { applicationId, consent } = await project.outputs();
  const { code } = await project.drift();
  expect({ applicationId, health: consent.health, drift: code, redeemed: (await redeem(project)).code }).toEqual({
    ...{ applicationId: before.applicationId, health: "ok", drift: 0, redeemed: 0 },
  });
};

const test = story();

test("a preview says where it is and how it is moved back, and nothing else is needed then", async () => {
  move(own, elsewhere);
  const { code, text } = await project.pulumi("preview");
  expect([code === 0, text]).toEqual([
    false,
    expect.stringContaining(`was moved: it is in resource group ${elsewhere} of subscription`),
  ]);
  expect(text).toContain(`az resource move --destination-group ${own}`);
  expect(text).toContain(`--ids ${idIn(elsewhere)}`);
  expect(text).not.toContain("Deploy to where it is");
  move(elsewhere, own);
  await project.up();
  await works();
});

test("a refresh takes it out of the state: there, and back in its place, it is kept as an existing one", async () => {
  move(own, elsewhere);
  const up = await project.pulumi("up", "--yes", "--skip-preview");
  expect([up.code === 0, up.text]).toEqual([false, expect.stringContaining("was moved")]);
  expect(up.text).not.toContain("az resource move");
  move(elsewhere, own);
  expect((await project.pulumi("preview")).text).toContain("the state no longer has it: a refresh took it out");
  move(own, elsewhere);
  const { text } = await project.pulumi("preview");
  const lines = fixesInWords(text, "Keep it as an existing vault{}").flatMap((one) =>
    linesOf(one, { "object id": "" }),
  );
  expect(lines).toHaveLength(6);
  await assign(project.emulator, resourceManagerOf(project.emulator), idIn(elsewhere), roleIds.secretsOfficer);
  await typedIn(await terminalOf(project, { BROWSER: undefined }), lines.slice(1));
  await works();
  expect(project.subscription.resourceGroups.has(own)).toBe(true);
});
