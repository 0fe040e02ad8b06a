/** The schema of the settings in an editor: the build's, by the template's own line, in the real yaml-language-server. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { settings, settingsByPath } from "../../lib/config/catalogue";
import { namespace } from "../../lib/errors/failure";
import { repositoryFolder, templateFolder } from "../support/github/workflow";
import { withSetting } from "./configuration";
import { LanguageServer } from "./language-server";

const template = readFileSync(join(templateFolder, "Pulumi.global.yaml"), "utf8");
const [schemaLine = ""] = template.split("\n");

let server: LanguageServer;
const folder = mkdtempSync(join(tmpdir(), "settings-schema-"));
beforeAll(async () => {
  const installed = join(folder, "node_modules", "secure-application-model", "bin");
  mkdirSync(installed, { recursive: true });
  cpSync(join(repositoryFolder, "bin", "settings.schema.json"), join(installed, "settings.schema.json"));
  server = await LanguageServer.start(folder);
});
afterAll(() => {
  server.stop();
  rmSync(folder, { recursive: true });
});

let opened = 0;
const nextFile = (): string => `Pulumi.${++opened}.yaml`;
const fileOf = (...lines: string[]): string => [schemaLine, "config:", ...lines, ""].join("\n");
const underlined = (...lines: string[]): Promise<string[]> => server.open(nextFile(), fileOf(...lines));

/** A document for each configuration, in one file. @returns the numbers of those with something underlined */
async function wrongAmong(configurations: readonly Readonly<Record<string, unknown>>[]): Promise<Set<number>> {
  const documents = configurations.map((values) => {
    const config = Object.entries(values).map(([name, one]) => [`${namespace}:${name}`, one] as const);
    return `${schemaLine}\n${stringify({ config: Object.fromEntries(config) })}`;
  });
  const text = documents.join("---\n");
  const numbers = text.split(/^/mu).map((_, index, all) => all.slice(0, index).filter((one) => one === "---\n").length);
  const found = await server.open(nextFile(), text);
  return new Set(found.map((one) => numbers[Number.parseInt(one, 10)] ?? -1));
}

test("the template's stack has three settings to fill in, and each says what it takes", async () => {
  const lines = template.split("\n");
  const found = await server.open(nextFile(), template);
  expect(found.map((text) => [lines[Number.parseInt(text, 10)], text.replace(/^\d+: /u, "")])).toEqual([
    ['    name: ""', expect.stringMatching(/^Values: 3 to 24 letters, digits and single dashes/u)],
    ['    location: ""', expect.stringMatching(/^Values: a region of the cloud, such as westeurope/u)],
    ['    account: ""', expect.stringMatching(/^Values: a user principal name/u)],
  ]);
});

test("settings are completed and explained: names, their parts and values", async () => {
  const name = nextFile();
  const cloud = `  ${namespace}:cloud: `;
  const lines = [cloud, `  ${namespace}:vault:`, "    retentionDays: 7", "    ", "  "];
  await server.open(name, fileOf(...lines));
  expect(await server.completion(name, 2, cloud.length)).toEqual([
    "AzureCloud",
    "AzureUSGovernment",
    "AzureChinaCloud",
  ]);
  const parts = Object.keys(settings.entries.vault.entries ?? {}).filter((one) => one !== "retentionDays");
  expect(await server.completion(name, 5, 4)).toEqual(parts.map((one) => `${one}: `));
  const others = Object.keys(settings.entries).filter((one) => !["cloud", "vault"].includes(one));
  const offered = await server.completion(name, 6, 2);
  expect(offered.toSorted()).toEqual(others.map((one) => `${namespace}:${one}: `).toSorted());
  expect(await server.hover(name, 4, 6)).toContain(
    "Days in which a deleted vault can be recovered.\n\nValues: a whole number of days from 7 to 90 (default 90).",
  );
});

test("a misspelt name, a part that is missing, a number out of range and a value that is none of a list are underlined", async () => {
  const lines = [
    `  ${namespace}:cloud: AzureClod`,
    `  ${namespace}:displayNam: Portal`,
    `  ${namespace}:vault: { retentionDays: 91, naem: tokens, networkRules: {} }`,
  ];
  expect((await underlined(...lines)).toSorted()).toEqual([
    '2: Value is not accepted. Valid values: "AzureCloud", "AzureUSGovernment", "AzureChinaCloud".',
    `3: Property ${namespace}:displayNam is not allowed.`,
    '4: Missing property "ipRules".',
    "4: Property naem is not allowed.",
    "4: Value is above the maximum of 90.",
  ]);
});

test("encrypted values, other namespaces, and texts that stand for a value are not underlined", async () => {
  const lines = [
    "  azure-native:location: westeurope",
    "  own-program:cloud: any",
    `  ${namespace}:cloud: { secure: v1:a:b }`,
    `  ${namespace}:displayName: 42`,
    `  ${namespace}:vault: { name: { secure: v1:a:b }, readers: { secure: v1:a:b } }`,
    `  ${namespace}:consent: { secure: v1:a:b }`,
    `  ${namespace}:azureManagement: "true"`,
    `  ${namespace}:permissions: '{"legacy":false}'`,
    `  ${namespace}:endpoints: endpoints.json`,
    "encryptionsalt: v1:a:b",
  ];
  expect(await underlined(...lines)).toEqual([]);
});

test.each([
  ["global", 3],
  ["usgov", 3],
  ["dev", 0],
])("the stack %s of this repository names the build's schema, and has %i settings to fill in", async (stack, count) => {
  const text = readFileSync(join(repositoryFolder, `Pulumi.${stack}.yaml`), "utf8");
  const [first = ""] = text.split("\n");
  expect(first).toBe("# yaml-language-server: $schema=bin/settings.schema.json");
  expect(await server.open(nextFile(), text.replace(first, schemaLine))).toHaveLength(count);
});

const typed = (example: string): unknown =>
  /^(?:\d+|true|false)$/u.test(example) ? (JSON.parse(example) as unknown) : example;

test("an accepted value of every setting is not underlined", async () => {
  const examples = [...settingsByPath].flatMap(([path, { example = "<none>" }]) =>
    example.startsWith("<") ? [] : [[path, typed(example)] as const],
  );
  const inUpperCase = [
    ["vault.name", "Partner-TOKENS"],
    ["vault.readers[].principalId", "AAAAAAAA-1111-4222-8333-44444444444F"],
    [
      "vault.diagnostics",
      `/SUBSCRIPTIONS/${"a".repeat(8)}-1111-4222-8333-444444444444/resourcegroups/a/providers/Microsoft.storage/storageAccounts/audit`,
    ],
  ] as const;
  const all = [...examples, ...inUpperCase];
  const wrong = await wrongAmong(all.map(([path, value]) => withSetting(path, value)));
  expect(all.filter((_, index) => wrong.has(index))).toEqual([]);
  expect(all.length).toBeGreaterThan(40);
});

test("a value of another type is underlined in every setting", async () => {
  const all = [...settingsByPath].filter(([path]) => path !== "displayName");
  const wrong = await wrongAmong(
    all.map(([path, { allowed }]) => withSetting(path, allowed === "true or false" ? "yes" : true)),
  );
  expect(all.map(([path]) => path).filter((_, index) => !wrong.has(index))).toEqual([]);
});
