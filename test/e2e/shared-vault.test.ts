/** A stack whose token another one took over, and a protected stack: preview and destroy refuse before anything changes. */
import { story } from "../support/story";
import { stackForAll } from "./support/deployed-once";
import type { Project } from "./support/project";
import { openVault, tokenVersions } from "./support/vault";

let project: Project;
const other = "secure-application-model/other";
const own = "secure-application-model/dev";

stackForAll({ deployed: true }, (started) => (project = started));

const token = async () => {
  return (await tokenVersions(project)).filter(({ enabled }) => enabled).map(({ tags }) => tags["stack"]);
};
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
  }).toEqual({ code: 1, said: true, fix: true, token: [other] });
  // Runs the fix "lib/consent/owning-stack.ts: Or take the token over: that stack then has none, and reports that".
  await project.set({ "consent.takeOverFrom": other, protect: true });
  expect(await project.up()).not.toMatch(/replaced|deleted/u);
  expect(await token()).toEqual([own]);
});

test("a protected stack is destroyed by nobody: without a preview too, nothing goes", async () => {
  const before = await resources();
  const { code, text } = await project.pulumi("destroy", "--yes", "--skip-preview");
  expect({
    isRefused: code !== 0,
    said: /DestroyProtection::partner.*cannot be deleted\s+because it is protected/su.test(text),
  }).toEqual({
    isRefused: true,
    said: true,
  });
  expect([await resources(), await token()]).toEqual([before, [own]]);
});
