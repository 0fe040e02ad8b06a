/** A refresh obeys what the state holds: code, plugins, hosts. No command of ours begins one where these are not this program's. */
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { story } from "../support/story";
import { stackForAll } from "./support/deployed-once";
import { aboutStack, doctor } from "./support/command";
import { type Project } from "./support/project";
import type { StateResource } from "../../cli/engine/deployment";
import { rewriteState } from "./support/deployed-stack";

let project: Project;
let canary: string;
let own: readonly StateResource[];

stackForAll({ deployed: true }, async (started) => {
  project = started;
  canary = join(project.folder, "canary");
  const __provider = `require("node:fs").writeFileSync(${JSON.stringify(canary)}, "it ran");`;
  await rewriteState(project, ({ deployment: { resources, ...rest }, ...state }) => {
    own = resources;
    const changed = resources.map((resource) => {
      if (!resource.type.endsWith(":Consent")) return resource;
      const { inputs, outputs } = resource;
      return { ...resource, inputs: { ...inputs, __provider }, outputs: { ...outputs, __provider } };
    });
    return { ...state, deployment: { ...rest, resources: changed } };
  });
});
const test = story(() => {
  rmSync(canary, { force: true });
});

const strange = (what: string) =>
  `its state holds code, a plugin, a host or a sign-in that is not this program's, in ${what}. None of it was run.`;
const named = strange("partner.Consent partner");

test.each(["drift", "preview", "up", "rotate --scheduled", "rotate --yes"], String, async (words) => {
  const { code, stdout, stderr } = await aboutStack(project, ...words.split(" "));
  expect([existsSync(canary), code, stdout]).toEqual([false, 1, ""]);
  expect(stderr).toContain(`error: Stack dev: ${named} A refresh would run it`);
});

test("doctor --fix", async () => {
  const { code, results, of } = await doctor(project, [...project.ofStack, "--fix"]);
  expect([existsSync(canary), code]).toEqual([false, 1]);
  expect(results.find(({ state }) => state === "failed")).toMatchObject({
    name: "stack",
    what: expect.stringContaining(`dev: ${named}`) as string,
  });
  expect(of("interrupted")?.state).toBe("skipped");
});

test("the engine by itself runs it: what is left to whoever types pulumi", async () => {
  expect((await project.drift()).code).not.toBe(0);
  expect(existsSync(canary)).toBe(true);
});

test.given(async () => {
  writeFileSync(join(project.folder, "pulumi-resource-canary"), `#!/bin/sh\n: > '${canary}'\n`, { mode: 0o755 });
  project.environment["PATH"] = [project.folder, project.environment["PATH"]].join(delimiter);
  await rewriteState(project, ({ deployment, ...state }) => {
    const resources = own.map((resource) =>
      resource.type === "pulumi:providers:azuread"
        ? { ...resource, inputs: { name: "canary" }, outputs: {} }
        : resource,
    );
    return { ...state, deployment: { ...deployment, resources } };
  });
});

test.each(
  ["drift", "up"],
  (words) => `${words}, of another plugin`,
  async (words) => {
    const { code, stdout, stderr } = await aboutStack(project, words);
    expect([existsSync(canary), code, stdout]).toEqual([false, 1, ""]);
    expect(stderr).toContain(`error: Stack dev: ${strange("pulumi.providers.azuread azuread")}`);
  },
);

test("the engine by itself runs a plugin that a provider names as those of an old engine did", async () => {
  expect((await project.drift()).code).not.toBe(0);
  expect(existsSync(canary)).toBe(true);
});
