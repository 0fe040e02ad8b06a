/** The configuration of a bootstrap stack, and the parts of a model's configuration that it reads. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readBootstrap } from "../../lib/config/bootstrap";
import { configurationOf, readModelStack } from "../../lib/config/model-file";
import { least, leastBootstrap, problemOf, problemsOf } from "./configuration";

const read = (values: Readonly<Record<string, unknown>>) => readBootstrap(configurationOf(values), "/nowhere");

test.each([
  ["AzureCloud", ["global"]],
  ["AzureUSGovernment", ["usgov"]],
])("in %s one setting is enough: its stack is %j, and everything is protected", (cloud, stacks) => {
  expect(read({ ...leastBootstrap, cloud })).toEqual({
    cloud,
    protect: true,
    ci: {
      stacks,
      provider: { github: { repository: "contoso/partner", issuer: "https://token.actions.githubusercontent.com" } },
      state: undefined,
    },
  });
});

test("a cloud without a stack in this repository needs a name of one", () => {
  expect(problemOf({ ...leastBootstrap, cloud: "AzureChinaCloud" })).toContain(
    "pulumi config set --path 'secure-application-model:ci.stacks[0]' global",
  );
});

test("no provider, both, or settings of a model: each is reported with its fix", () => {
  expect(problemOf({ cloud: "AzureCloud", ci: {} })).toContain("secure-application-model:ci.github.repository");
  const azureDevOps = { organization: "contoso", project: "partner", issuer: "https://vstoken.example/1" };
  expect(problemOf({ ...leastBootstrap, ci: { ...leastBootstrap.ci, azureDevOps } })).toMatch(
    /ci\.azureDevOps\n.*\n.*only without ci\.github.*\n.*pulumi config rm --path secure-application-model:ci\.azureDevOps/u,
  );
  const mixed = problemsOf({ ...least, ...leastBootstrap, nonsense: "1" });
  for (const name of ["displayName", "vault", "consent"])
    expect(mixed).toMatch(
      new RegExp(
        `application-model:${name}\\n.*\\n.*only without ci: .*\\n.*pulumi config rm secure-application-model:${name}`,
        "u",
      ),
    );
  expect(mixed).toMatch(/nonsense\n.*a setting that does not exist/u);
});

test("state in a region of another cloud", () => {
  const state = { account: "contosostate", location: "usgovvirginia", vault: "contoso-state" };
  expect(problemOf({ ...leastBootstrap, ci: { ...leastBootstrap.ci, state } })).toMatch(
    /ci\.state\.location[\s\S]*a region of AzureUSGovernment/u,
  );
});

describe("a model's file", () => {
  let folder: string;
  beforeAll(() => (folder = mkdtempSync(join(tmpdir(), "stacks-"))));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });
  const write = (stack: string, yaml: string) => {
    writeFileSync(join(folder, `Pulumi.${stack}.yaml`), yaml);
  };

  test("is read as the engine reads it: flags, numbers, texts and objects", () => {
    write(
      "global",
      [
        "config:",
        "  secure-application-model:cloud: AzureCloud",
        '  secure-application-model:displayName: "42"',
        "  secure-application-model:configurePreconsent: true",
        "  secure-application-model:vault: { name: contoso-tokens, resourceGroupName: tokens, location: westeurope, retentionDays: 7 }",
        "  secure-application-model:consent: { account: svc@partner.example }",
      ].join("\n"),
    );
    const expected = {
      stack: "global",
      settings: { displayName: "42", configurePreconsent: true, vault: { name: "contoso-tokens", retentionDays: 7 } },
    };
    expect(readModelStack("global", folder)).toMatchObject(expected);
    expect(readModelStack(join(folder, "Pulumi.global.yaml"), "/nowhere")).toMatchObject(expected);
  });

  test("that does not exist, or is not a model's, is reported with the name of the stack", () => {
    expect(() => readModelStack("nobody", folder)).toThrow(
      /ci\.stacks names stack nobody, but there is no file .*Pulumi\.nobody\.yaml/u,
    );
    write("half", "config:\n  secure-application-model:cloud: AzureCloud\n");
    expect(() => readModelStack("half", folder)).toThrow(
      /stack half.* is not valid: Set them in that file[^]*displayName\n {4}found: +nothing\n {4}allowed: [^\n]*\n/u,
    );
    write("ci", `config:\n  secure-application-model:ci: {}\n`);
    expect(() => readModelStack("ci", folder)).toThrow(/is not valid: [^]*secure-application-model:ci\n/u);
    // Somebody may have named any file of the machine.
    write("other", "config:\n  token: [canary\n");
    expect(() => readModelStack("other", folder)).toThrow(/is not valid: line 3 is not YAML\.$/u);
    expect(() => readModelStack("other", folder)).not.toThrow(/canary/u);
  });
});
