/** The guard of a state goes by the configuration that the engine reads, in whatever form and file it stands. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stackForAll } from "./support/deployed-once";
import { secureAppModel } from "./support/command";
import { rewriteState } from "./support/deployed-stack";
import type { Project } from "./support/project";
import { story } from "../support/story";

let project: Project;
let projectFile: string;
const written = { stack: "", project: "" };

/** Inputs of a provider that signs in as another application. */
const another = { clientId: "aaaaaaaa-0000-4000-8000-00000000dead", clientSecret: "another-secret" };

stackForAll({ deployed: true, runsIn: "own folder" }, async (started) => {
  project = started;
  projectFile = join(project.folder, "Pulumi.yaml");
  written.stack = readFileSync(project.configFile, "utf8");
  written.project = readFileSync(projectFile, "utf8");
  await rewriteState(project, ({ deployment: { resources, ...rest }, ...state }) => {
    const changed = resources.map((one) =>
      one.type === "pulumi:providers:azuread"
        ? { ...one, inputs: { ...one.inputs, ...another }, outputs: { ...one.outputs, ...another } }
        : one,
    );
    return { ...state, deployment: { ...rest, resources: changed } };
  });
});
const test = story(() => {
  writeFileSync(project.configFile, written.stack);
  writeFileSync(projectFile, written.project);
});

const cloudName = "secure-application-model:cloud";
const line = (value: unknown) => JSON.stringify(value);

/** The stack's file as YAML, with other names of settings, and text in front of it and behind it. */
function yaml(settings: Record<string, unknown>, before = "", behind = "", merged = ""): string {
  const { config: _, ...others } = JSON.parse(written.stack) as { config: Record<string, unknown> };
  const members = Object.entries(others).map(([name, value]) => `${name}: ${line(value)}\n`);
  const all = Object.entries(settings).map(([name, value]) => `  ${line(name)}: ${line(value)}\n`);
  return [before, ...members, "config:\n", merged, ...all, behind].join("");
}

const forms: readonly [form: string, write: (cloud: unknown, others: Record<string, unknown>) => string][] = [
  ["a second document", (cloud, others) => yaml({ [cloudName]: cloud, ...others }, "", "---\n")],
  ["a merge key", (cloud, others) => yaml(others, `x: &x\n  ${line(cloudName)}: ${line(cloud)}\n`, "", "  <<: *x\n")],
  [
    "the engine's older spelling",
    (cloud, others) => yaml({ "secure-application-model:config:cloud": cloud, ...others }),
  ],
  ["the project's own name left out", (cloud, others) => yaml({ cloud, ...others })],
  [
    "200 aliases",
    (cloud, others) =>
      yaml({ [cloudName]: cloud, ...others }, "", `  x:a: &a x\n  x:b: [${Array(200).fill("*a").join(",")}]\n`),
  ],
  ["a comment of 1 MB", (cloud, others) => yaml({ [cloudName]: cloud, ...others }, "", `#${"#".repeat(1_000_001)}\n`)],
  [
    "a default in Pulumi.yaml",
    (cloud, others) => {
      writeFileSync(projectFile, written.project.replace(/^config:$/mu, `config:\n  ${cloudName}: ${line(cloud)}`));
      return yaml(others);
    },
  ],
];

test.each(
  forms,
  ([form]) => form,
  async ([, write]) => {
    const { config } = JSON.parse(written.stack) as { config: Record<string, unknown> };
    const { [cloudName]: cloud, ...others } = config;
    writeFileSync(project.configFile, write(cloud, others));
    const { code, stderr } = await secureAppModel(project, ["drift", "--stack", "dev", "--cwd", project.folder]);
    expect(stderr).toContain(
      "a sign-in that is not this program's, in pulumi.providers.azuread azuread. None of it was run.",
    );
    expect(code).toBe(1);
  },
);
