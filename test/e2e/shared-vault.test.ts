/** A stack whose token another one took over, and a protected stack: preview and destroy refuse before anything changes. */
import { story } from "../support/story";
import { stackForAll } from "./support/deployed-once";
import type { Project } from "./support/project";
import { openGraph } from "./support/graph";
import { newestOf, openVault, tokenVersions } from "./support/vault";

let project: Project;
const other = "secure-application-model/other";
const own = "secure-application-model/dev";

stackForAll({ deployed: true }, (started) => (project = started));

const token = async () => newestOf(await tokenVersions(project)).tags["stack"];
const resources = async () => (await project.state()).map(({ urn }) => urn).sort();

const test = story();

test("a token that another stack has is named by the preview, and taken over by a setting alone", async () => {
  const vault = await openVault(project);
  const name = (await project.outputs()).refreshTokenName;
  const { properties } = await vault.getSecret(name);
  await vault.updateSecretProperties(name, properties.version ?? "", {
    tags: { ...properties.tags, stack: other },
  });
  const refused = await project.pulumi("preview");
  expect({
    code: refused.code,
    said: refused.text.includes(`belongs to stack ${other}, as its tags say; this is ${own}.`),
    fix: refused.text.includes(`pulumi config set --path secure-application-model:consent.takeOverFrom ${other}`),
    token: await token(),
  }).toEqual({ code: 1, said: true, fix: true, token: other });
  // Runs the fix "lib/token/owning-stack.ts: Or take the token over: that stack then reports that it has none".
  await project.set({ "consent.takeOverFrom": other, protect: true });
  expect(await project.up()).not.toMatch(/replaced|deleted/u);
  expect(await token()).toBe(own);
});

test("a protected stack is destroyed by nobody, and says how: without a preview too, nothing goes", async () => {
  const before = await resources();
  const seen = await project.pulumi("destroy", "--yes");
  expect([seen.code === 0, seen.text]).toEqual([false, expect.stringContaining("because it is protected")]);
  const { code, text } = await project.pulumi("destroy", "--yes", "--skip-preview");
  const steps = ["config set secure-application-model:protect false", "up", "destroy"].map(
    (one) => `pulumi ${one} ${project.ofStack.join(" ")}`,
  );
  expect([code === 0, text]).toEqual([
    false,
    expect.stringMatching(/This stack is protected, and nothing was deleted\..*every customer/u),
  ]);
  expect(text).toContain(`Turn the protection off, deploy that, then destroy: ${steps.join(", then ")}\n`);
  expect([await resources(), await token()]).toEqual([before, own]);
});

test("a protected stack whose application is gone for good is repaired, once a person has accepted that", async () => {
  const graph = await openGraph(project);
  const { applicationId, applicationObjectId: id } = await project.outputs();
  await graph("DELETE", `/applications/${id}`);
  await graph("DELETE", `/directory/deletedItems/${id}`);
  await project.set({ replaceApplication: applicationId });
  await project.up();
  expect((await project.outputs()).consent.health).toBe("ok");
});
