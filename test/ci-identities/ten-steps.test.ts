/** docs/ci.md's ten steps, held against what a bootstrap stack takes and prints; test/soak/ci-bootstrap.test.ts runs them. */
import { join } from "node:path";
import { linesAfter } from "../../lib/ci-identities/next";
import { readBootstrap } from "../../lib/config/bootstrap";
import { configurationOf } from "../../lib/config/model-file";
import { cloudOf } from "../../lib/config/clouds";
import { tenSteps, withNames } from "../support/ten-steps";
import { readDocument } from "../tooling/markdown";
import { readWorkflow, templateFolder } from "../support/github/workflow";

const page = tenSteps();
const state = { account: "contosopartnerstate", location: "westeurope", vault: "contoso-partner-state" };
const prefix = "repo:contoso@1234/partner@5678";
const names = {
  "<owner>": "contoso",
  "<repository>": "partner",
  "<account>": state.account,
  "<vault>": state.vault,
};

/** Of the second, as the shell hands them to the engine. */
const settings = Object.fromEntries(
  (page[1] ?? []).slice(1).map((line) => {
    const [, path = "", value = ""] =
      /^pulumi config set --path secure-application-model:(\S+) (.+)$/u.exec(line) ?? [];
    return [path, withNames(value.replace(/^"\$\(gh api .*\)"$/u, prefix), names)];
  }),
);

/** As the engine hands them over: a path's first name, with all below it as JSON. */
function configured(): Record<string, string> {
  const whole: Record<string, unknown> = {};
  for (const [path, value] of Object.entries(settings)) {
    const steps = path.split(".");
    const last = steps.pop() ?? "";
    let place = whole;
    for (const step of steps) place = (place[step] ??= {}) as Record<string, unknown>;
    place[last] = value;
  }
  return configurationOf(whole);
}

test("there are ten, and the program takes what the second sets", () => {
  expect(page).toHaveLength(10);
  expect(readBootstrap(configured(), "/nowhere")).toMatchObject({
    cloud: "AzureCloud",
    ci: {
      stacks: ["global"],
      provider: { github: { repository: "contoso/partner", subjectPrefix: prefix } },
      state: { ...state, container: "pulumi", key: "pulumi" },
    },
  });
});

test("the fifth to the eighth are what the fourth's output next has", () => {
  const { ci } = readBootstrap(configured(), "/nowhere");
  const next = linesAfter({
    cloud: cloudOf("AzureCloud"),
    bootstrap: "ci-global",
    provider: ci.provider,
    subscriptionId: "<subscription>",
    stacks: [{ stack: "global", places: { vault: undefined } }],
    state: ci.state,
  });
  const shown = page.slice(4, 8).flatMap((lines) => lines.map((line) => withNames(line, names)));
  // The page quotes a placeholder, which a shell would read as a redirection; a name needs no quotes.
  expect(shown.map(unquoted)).toEqual(next.map(unquoted));
});

test("a pipeline of Azure DevOps is left with the line that the page names", () => {
  const next = linesAfter({
    cloud: cloudOf("AzureCloud"),
    bootstrap: "ci-global",
    provider: { azureDevOps: { organization: "contoso", project: "partner", issuer: "https://login.example/v2.0" } },
    subscriptionId: "<subscription>",
    stacks: [{ stack: "global", places: { vault: "https://contoso.vault.azure.net" } }],
  });
  expect(next).toHaveLength(1);
  expect(readDocument("docs/ci.md")).toContain(`\`${next[0]}\``);
});

const unquoted = (line: string): string => line.replaceAll("'", "");

test("the bootstrap stack is made, configured, guarded and deployed, the model's stack between, and what is pushed and started is there", () => {
  const steps = page.map((lines) => lines.join("\n"));
  const stacks = steps.map((step) => [...step.matchAll(/(?:stack init|--stack) (\S+)/gu)].map(([, stack]) => stack));
  const [bootstrap, model] = [["ci-global"], ["global"]];
  expect(stacks).toEqual([[], bootstrap, bootstrap, bootstrap, [], model, model, bootstrap, [], bootstrap]);
  const [, workflow = "", job = ""] = /gh workflow run (\S+) --field job=(\w+)$/u.exec(steps[9] ?? "") ?? [];
  const { jobs } = readWorkflow(join(templateFolder, ".github", "workflows", workflow));
  expect(Object.keys(jobs)).toContain(job);
});
