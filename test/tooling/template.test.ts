/** What `pulumi new` makes a project of: test/e2e/ci.test.ts makes one, and runs its jobs. */
import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { logDestination } from "../../lib/config/limits";
import { configurationIn } from "../../lib/config/model-file";
import { readSettings } from "../../lib/config/settings";
import { repositoryFolder, templateFolder } from "../support/github/workflow";

const textOf = (file: string): string => readFileSync(join(templateFolder, file), "utf8");
const ours = (file: string): string => readFileSync(join(repositoryFolder, file), "utf8");

test("what commands write into the project's folder stays out of git", () => {
  const run = "customers-consent-0b5f7c2e-1a2b3c4d";
  const written = [
    "customers-of-global.json",
    ...[".failures.csv", ".failures.csv.0f.part"].map((end) => run + end),
    "customers-exec-0b5f7c2e-1a2b3c4d.done",
    ".secure-app-model.0f.part",
  ];
  const paths = written.map((name) => join("templates", "partner", name));
  const found = execFileSync("git", ["check-ignore", "--no-index", "--verbose", ...paths], { cwd: repositoryFolder });
  const sources = found.toString().trim().split("\n");
  expect(sources.map((line) => line.replace(/:.*\t/u, " "))).toEqual(
    paths.map((path) => `templates/partner/.gitignore ${path}`),
  );
});

test("it is run as this repository's own program, with the same packages, in this version", () => {
  const { main, ...own } = parse(ours("Pulumi.yaml")) as Record<string, unknown>;
  expect(main).toBe("bin/index.js");
  const { description } = own;
  expect(parse(textOf("Pulumi.yaml"))).toEqual({
    ...own,
    ...{ name: "${PROJECT}", description: "${DESCRIPTION}", template: { description } }, // eslint-disable-line no-template-curly-in-string -- the engine's placeholders
  });
  const { version, dependencies } = JSON.parse(ours("package.json")) as Record<string, Record<string, string>>;
  const { dependencies: named } = JSON.parse(textOf("package.json")) as { dependencies: Record<string, string> };
  const sdks = Object.entries(dependencies ?? {}).filter(([one]) => one.startsWith("@pulumi/"));
  const both = { "secure-app-model": version, "secure-application-model": version };
  expect(named).toEqual({ ...Object.fromEntries(sdks), ...both });
});

test.each([
  ["the template", textOf("Pulumi.global.yaml")],
  ...["global", "usgov"].map((stack) => [stack, ours(`Pulumi.${stack}.yaml`)] as const),
] as const)("%s recommends the vault's audit log, in a form that the setting takes once it is filled in", (_, text) => {
  const [, line = ""] =
    /# Recommended: the vault's audit log.*\n(?: *#.*\n)*? *# (diagnostics: .*)\n/u.exec(text) ?? [];
  const { diagnostics } = parse(line.replace("<subscription id>", randomUUID()).replaceAll(/<(\w+)>/gu, "$1")) as {
    diagnostics: string;
  };
  expect(diagnostics).toMatch(logDestination);
});

test("its settings are valid once the three are filled in, and serve a new tenant and the first day's examples", () => {
  const filled = textOf("Pulumi.global.yaml")
    .replace('name: ""', "name: contoso-tokens")
    .replace('location: ""', "location: westeurope")
    .replace('account: ""', "account: svc-partner@contoso.example");
  expect(readSettings(configurationIn(filled), repositoryFolder)).toMatchObject({
    adminConsent: "account",
    azureManagement: true,
    delegatedGraph: true,
    permissions: {
      legacy: false,
      extra: [{ resource: "Microsoft Graph", delegated: ["DelegatedAdminRelationship.Read.All"], application: [] }],
    },
    credential: { kind: "certificate" },
  });
});

test.each(["global", "usgov"])("its stack is set up as this repository's %s, but for the cloud", (stack) => {
  const [{ config: its }, { config: own }] = [textOf("Pulumi.global.yaml"), ours(`Pulumi.${stack}.yaml`)].map(
    (text) => parse(text) as { config: object },
  ) as [{ config: object }, { config: object }];
  const cloud = "secure-application-model:cloud";
  expect({ ...its, [cloud]: "" }).toEqual({ ...own, [cloud]: "" });
});
