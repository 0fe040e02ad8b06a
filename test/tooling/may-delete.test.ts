/* eslint-disable no-template-curly-in-string -- expressions of GitHub's workflows */
/** The job `up` passes on what a person says that it may delete, whatever that is, as one value of one option. */
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { jobsOf } from "../support/azure-devops/pipeline";
import { jobOf, readWorkflow, stacks, templateFolder } from "../support/github/workflow";
import { temporaryFolder } from "../support/temporary-folder";

const folder = temporaryFolder();
beforeAll(() => {
  const bin = join(folder, "node_modules", ".bin");
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, "secure-app-model"), '#!/bin/sh\nprintf "%s\\n" "$@"\n', { mode: 0o755 });
});

/** The words of the command. */
function wordsOf(script: string, mayDelete: string): string[] {
  const env = { PATH: process.env["PATH"], STACK: "global", MAY_DELETE: mayDelete };
  const { stdout, status } = spawnSync("bash", ["-eo", "pipefail", "-c", script], {
    cwd: folder,
    env,
    encoding: "utf8",
  });
  expect(status).toBe(0);
  return stdout.trimEnd().split("\n");
}

const usual = ["up", "--stack", "global"];
const cases: [string, string[]][] = [
  ["", usual],
  ["urn:pulumi:a::b::c$d::e /subscriptions/s", [...usual, "--may-delete=urn:pulumi:a::b::c$d::e /subscriptions/s"]],
  ['x" --yes; echo $(id) `id` *', [...usual, '--may-delete=x" --yes; echo $(id) `id` *']],
];

test.each(cases)("on GitHub %j", (mayDelete, words) => {
  const { run = "", env } = jobOf(readWorkflow("up.yml")).steps.at(-1) ?? {};
  expect(env).toEqual({ MAY_DELETE: "${{ inputs.may-delete }}" });
  expect(wordsOf(run, mayDelete)).toEqual(words);
  const caller = readWorkflow(join(templateFolder, ".github", "workflows", "partner.yml"));
  expect(caller.jobs["up"]).toMatchObject({ with: { "may-delete": "${{ inputs.may-delete }}" } });
  expect(caller.on).toMatchObject({ workflow_dispatch: { inputs: { "may-delete": { type: "string" } } } });
});

test.each(cases)("in Azure Pipelines %j", (mayDelete, words) => {
  const [job] = jobsOf({ parameters: { job: "up", mayDelete } }, stacks);
  const { env = {}, inputs = {} } = job?.strategy?.runOnce.deploy.steps.find(({ task }) => task === "AzureCLI@2") ?? {};
  expect(env["MAY_DELETE"]).toBe(mayDelete);
  expect(wordsOf(inputs["inlineScript"]?.trim().split("\n").at(-1) ?? "", mayDelete)).toEqual(words);
});
