/** A refresh obeys what the state holds: code, plugins, hosts. No command of ours begins one where these are not this program's. */
import { randomUUID } from "node:crypto";
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { story } from "../support/story";
import { stackForAll } from "./support/deployed-once";
import { aboutStack, doctor } from "./support/command";
import { type Project, projectName } from "./support/project";
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

test.given(() => {
  writeFileSync(join(project.folder, "pulumi-resource-canary"), `#!/bin/sh\n: > '${canary}'\n`, { mode: 0o755 });
  project.environment["PATH"] = [project.folder, project.environment["PATH"]].join(delimiter);
});

const urnOf = (type: string, name: string) => `urn:pulumi:dev::${projectName}::${type}::${name}`;
const another = { custom: true, type: "canary:index:Thing", urn: urnOf("canary:index:Thing", "x"), id: "1" };
const plugin = { custom: true, type: "pulumi:providers:azuread", urn: urnOf("pulumi:providers:canary", "x"), id: "1" };

/** Another plugin in a state: how it comes there, the members of the state that differ, and what is named. */
const plugins: readonly [way: string, (all: readonly StateResource[]) => object, what: string][] = [
  [
    "that a provider names as those of an old engine did",
    (all) => ({
      resources: all.map((one) =>
        one.type === plugin.type ? { ...one, inputs: { name: "canary" }, outputs: {} } : one,
      ),
    }),
    "pulumi.providers.azuread azuread",
  ],
  [
    "that the URN of a provider names",
    (all) => ({ resources: [...all, plugin, { ...another, provider: `${plugin.urn}::1` }] }),
    "pulumi.providers.azuread x",
  ],
  ["of a resource without a provider", (all) => ({ resources: [...all, another] }), "canary.Thing x"],
  [
    "of a program in the state",
    (all) => ({
      resources: all,
      snippets: [
        { uuid: randomUUID(), name: "x", type: another.type, code: 'a = "x"', descriptor: { name: "canary" } },
      ],
    }),
    "features and snippets",
  ],
];

describe.each(plugins)("a plugin %s", (_, changed, what) => {
  test.given(async () => {
    await rewriteState(project, ({ deployment, ...state }) => {
      const given = { ...deployment, ...changed(own) };
      return {
        ...state,
        ...("snippets" in given && { version: 4, features: ["snippets-prototype"] }),
        deployment: given,
      };
    });
  });

  test.each(["drift", "up"], String, async (words) => {
    const { code, stdout, stderr } = await aboutStack(project, words);
    expect([existsSync(canary), code, stdout]).toEqual([false, 1, ""]);
    expect(stderr).toContain(`error: Stack dev: ${strange(what)}`);
  });

  test("doctor", async () => {
    const { code, of } = await doctor(project, project.ofStack);
    expect([code, of("stack")?.what]).toEqual([1, expect.stringContaining(`tack dev: ${strange(what)}`)]);
  });

  test("the engine by itself runs it", async () => {
    expect((await project.drift()).code).not.toBe(0);
    expect(existsSync(canary)).toBe(true);
  });
});
