import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { least, leastExisting, problemOf, problemsOf, readAny, withSetting } from "./configuration";
import { settingsByPath } from "../../lib/config/catalogue";
import { rotateEveryDays } from "../../lib/config/limits";
import { configurationOf } from "../../lib/config/model-file";
import { readSettings, SettingsError } from "../../lib/config/settings";
import { documentOf } from "../../lib/errors/document";
import { holdSecret } from "../../lib/errors/secrets";
import { ownEndpoints } from "../support/own-endpoints";

const block = (path: string, found: string, allowed: string, fix: string): string =>
  `  secure-application-model:${path}\n    found:   ${found}\n    allowed: ${allowed}\n    fix:     ${fix}`;
const keyOf = (path: string): string => {
  const key = `secure-application-model:${path}`;
  return `${path.includes(".") ? "--path " : ""}${path.includes("[") ? `'${key}'` : key}`;
};
const settingOf = (path: string) => settingsByPath.get(path.replace(/\[\d\]/gu, "[]"));
const quoted = (text: string): string => (/^[\w.-]+$/u.test(text) ? text : `'${text}'`);
const set = (path: string, example = settingOf(path)?.example ?? ""): string =>
  `pulumi config set ${keyOf(path)} ${quoted(example)}`;
const remove = (path: string): string => `pulumi config rm ${keyOf(path)}`;

/** As docs/settings.md has it. */
function ruleOf(path: string): string {
  const { allowed = "", absent } = settingOf(path) ?? {};
  return absent === undefined ? allowed : `${allowed} (${absent})`;
}
/**
 * A problem in one line: `path: found`, which its setting's own example repairs, `path: found = example`, where a stack of another cloud would do,
 * too, or `path: found | allowed`, which is to be removed.
 */
function told(line: string): string {
  const [, path = "", found = "", allowed, example, cloud] =
    /^(\S+): (.*?)(?: \| (.*)| = (.*?)(?:, or in (\w+))?)?$/u.exec(line) ?? [];
  if (allowed !== undefined) return block(path, found, allowed === "its rule" ? ruleOf(path) : allowed, remove(path));
  const others = cloud === undefined ? [] : [`or:      ${set("cloud", cloud)}`];
  return block(path, found, ruleOf(path), [set(path, example), ...others].join("\n    "));
}
const whole = (...blocks: string[]): string =>
  `The configuration of this stack has ${blocks.length === 1 ? "1 problem" : `${blocks.length} problems`}:\n\n${blocks.join("\n\n")}`;

const principal = { principalId: "11111111-2222-4333-8444-555555555555", principalType: "User" };
const vaultSecretName = "portal-secret";
const { existingApplication } = leastExisting;
const adopting = { displayName: undefined, existingApplication };
const owner = "99999999-2222-4333-8444-555555555555";
const withCredential = (credential: unknown) => ({ ...least, credential });
const diagnostics = `/subscriptions/${owner}/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/audit`;
const described = { name: "partner-tokens", retentionDays: 7, diagnostics, readers: [] };
const stored = withCredential({ vaultSecretName });
const [required, all] = [
  ["cloud", "displayName", "vault.name", "vault.resourceGroupName", "vault.location", "consent.account"],
  [...settingsByPath.keys()].filter((path) => /^\w+$/u.test(path)),
];
const notMade = "only without credential.kind certificate: the vault makes it";
const theirs = "only without credential.vaultSecretName: who made that secret rotates it";
const alone = "only with existingApplication and vault.uri: it is their secret that is in their vault";
const keepsItsOwn = "only without existingApplication, which keeps its own";
const ofOwner = "only without vault.uri: a vault that exists is managed by its owner";
const unknown = "a setting that does not exist";

const at = (cloud: string, location?: string) => ({ ...least, cloud, vault: { ...least.vault, location } });
const regions = [
  ["AzureUSGovernment", "westeurope", "AzureCloud", "usgovvirginia"],
  ["AzureCloud", "USGov Virginia", "AzureUSGovernment", "westeurope"],
  ["AzureCloud", "usdodeast", "AzureUSGovernment", "westeurope"],
  ["AzureChinaCloud", "eastus", "AzureCloud", "chinanorth3"],
  ["AzureUSGovernment", "China North 3", "AzureChinaCloud", "usgovvirginia"],
] as const;

/** Settings, and all that is told of them. */
type Row = [settings: Readonly<Record<string, unknown>>, ...told: string[]];
const rows: Row[] = [
  [{}, ...required.map((path) => `${path}: nothing`)],
  [
    {
      ...{ displayName: "Partner Center Web App", configurePreconsent: "yes", vaultName: "partner-tokens" },
      ...{ vault: { ...least.vault, retentionDays: 91, sku: "premium" }, consent: { port: "8400" } },
    },
    ...["cloud: nothing", 'configurePreconsent: "yes" = true', "vault.retentionDays: 91"],
    `vault.sku: ${unknown} | name, resourceGroupName, createResourceGroup, location, retentionDays, networkRules, diagnostics, readers, uri`,
    ...["consent.account: nothing", 'consent.port: "8400"', `vaultName: ${unknown} | ${all.join(", ")}`],
  ],
  [withSetting("cloud", "AzureGermanCloud"), "cloud: AzureGermanCloud, which closed on 2021-10-29"],
  [
    withSetting("vault.readers", [principal, { ...principal, name: "x" }]),
    `vault.readers[1].name: ${unknown} | principalId, principalType`,
  ],
  [
    { ...least, permissions: { extra: [{ resource: "Microsoft Graph", application: [] }] } },
    "permissions.extra[0].delegated[0]: nothing",
  ],
  [{ ...least, changeSignInAudience: true }, "changeSignInAudience: true | only with existingApplication"],
  // A client secret in place of its description is not repeated.
  [
    withCredential("abc8Q~a-secret-of-the-application"),
    "credential: a text, not shown here: no secret belongs in the configuration | its rule",
  ],
  [withCredential('{"kind": secret'), 'credential: "{\\"kind\\": secret" | its rule'],
  [
    withCredential({ kind: "certificate", vaultSecretName }),
    `credential.vaultSecretName: "${vaultSecretName}" | ${notMade}`,
  ],
  [{ ...stored, vault: leastExisting.vault }, `credential.vaultSecretName: "${vaultSecretName}" | ${alone}`],
  [{ ...stored, ...adopting }, `credential.vaultSecretName: "${vaultSecretName}" | ${alone}`],
  [withCredential({ overdueDays: 7 }), "credential.overdueDays: 7 | only with credential.rotateEvery"],
  [
    // Shorter than two periods, and that alone is nothing to tell of what somebody else makes.
    { ...leastExisting, credential: { vaultSecretName, rotateEvery: "90d", validityMonths: 3 } },
    `credential.validityMonths: 3 | ${theirs}`,
    `credential.rotateEvery: "90d" | ${theirs}`,
  ],
  [
    withCredential({ rotateEvery: "120d", validityMonths: 6 }),
    'credential.validityMonths: 6, less than two periods of "120d" = 8',
  ],
  // By default a year.
  [withCredential({ rotateEvery: "365d" }), 'credential.validityMonths: 12, less than two periods of "365d" = 24'],
  [withCredential({ kind: "Certficate" }), 'credential.kind: "Certficate" = certificate'],
  [withCredential({ rotateEvery: "1000d", kind: "certificate" }), 'credential.rotateEvery: "1000d"'],
  [withCredential({ rotateEvery: "90d", validityMonths: 0 }), "credential.validityMonths: 0"],
  [
    { ...leastExisting, displayName: "Portal", owners: [owner], vault: { ...leastExisting.vault, ...described } },
    ...[`displayName: "Portal" | ${keepsItsOwn}`, `owners: ["${owner}"] | ${keepsItsOwn}`],
    ...Object.entries(described).map(([name, is]) => `vault.${name}: ${JSON.stringify(is)} | ${ofOwner}`),
  ],
  // Never the reverse of what a word says.
  ...["no", "off", "0", "False"].map((word): Row => [{ ...least, protect: word }, `protect: "${word}" = false`]),
  ...["maybe", "On"].map((word): Row => [{ ...least, protect: word }, `protect: "${word}" = true`]),
  [{ ...least, configurePreconsent: "nein" }, 'configurePreconsent: "nein" = false'],
  // Grants to the service account need its name, though nobody is asked to sign in.
  [{ ...least, adminConsent: "account", consent: { mode: "never" } }, "consent.account: nothing"],
  [{ ...least, adminConsent: "nobody" }, 'adminConsent: "nobody"'],
  [at("AzureUSGovernment"), "vault.location: nothing = usgovvirginia"],
  ...regions.map(([cloud, location, home, example]): Row => [
    at(cloud, location),
    `vault.location: "${location}", a region of ${home}, in a stack of ${cloud} = ${example}, or in ${home}`,
  ]),
  [
    { ...leastExisting, vault: { uri: "https://tokens.vault.usgovcloudapi.net/" } },
    'vault.uri: "https://tokens.vault.usgovcloudapi.net/", a vault of AzureUSGovernment, in a stack of AzureCloud' +
      " = https://<vault name>.vault.azure.net/, or in AzureUSGovernment",
  ],
  [
    { ...leastExisting, cloud: "AzureUSGovernment", vault: { uri: "https://tokens.example/" } },
    'vault.uri: "https://tokens.example/", no vault, in a stack of AzureUSGovernment' +
      " = https://<vault name>.vault.usgovcloudapi.net/",
  ],
  [
    { ...leastExisting, vault: { uri: "https://vault.azure.net.example/" } },
    'vault.uri: "https://vault.azure.net.example/", no vault, in a stack of AzureCloud' +
      " = https://<vault name>.vault.azure.net/",
  ],
];

test.each(rows)("%j: all that is wrong is told, with what repairs it", (values, ...lines) => {
  expect(problemsOf(values)).toBe(whole(...lines.map(told)));
});

test("settings under the project's name are told, since nobody reads them, and what is missing instead is not", () => {
  const root = mkdtempSync(join(tmpdir(), "project-"));
  writeFileSync(join(root, "Pulumi.yaml"), "name: contoso\nruntime: nodejs\n");
  const { consent, ...others } = least;
  const ofProject = { "contoso:consent": JSON.stringify(consent), "contoso:protect": "false", "contoso:colour": "red" };
  const told = (path: string, ...fix: string[]) =>
    [
      `  contoso:${path}`,
      "    found:   a setting of the project contoso, which this program does not read",
      `    allowed: secure-application-model:${path}`,
      `    fix:     ${fix.join(", then ")}`,
    ].join("\n");
  const remove = (path: string) => `pulumi config rm contoso:${path}`;
  const account = `--plaintext secure-application-model:consent.account=${consent.account}`;
  try {
    expect(() => readSettings({ ...configurationOf({ ...others, protect: true }), ...ofProject }, root)).toThrow(
      whole(
        told("protect", remove("protect")),
        told("consent", `pulumi config set-all --path ${account}`, remove("consent")),
      ),
    );
  } finally {
    rmSync(root, { recursive: true });
  }
});

test("settings of a mistyped namespace are told, also those that do not exist, and no value of these", () => {
  const mistyped = {
    "secure-aplication-model:protect": "false",
    "secure-app-model:clientSekret": "canary",
    "Secure-Application-Model:vault": JSON.stringify({ name: "tokens" }),
    "azure-native:tenantId": "t",
  };
  const { message } = ((): Error => {
    try {
      readSettings({ ...configurationOf({ ...least }), ...mistyped }, "/nowhere");
      return new Error("none");
    } catch (error) {
      return error as Error;
    }
  })();
  const told = (key: string, fix: string, [space = "", path = ""] = key.split(":")) =>
    `  ${key}\n    found:   a setting of the namespace ${space}, which this program does not read\n` +
    `    allowed: secure-application-model:${path}\n    fix:     ${fix}pulumi config rm ${key}`;
  const rename = "pulumi config set-all --path --plaintext secure-application-model:protect=false, then ";
  expect(message).toBe(
    whole(
      told("Secure-Application-Model:vault", ""),
      told("secure-aplication-model:protect", rename),
      told("secure-app-model:clientSekret", ""),
    ),
  );
});

test.each([
  ["displayName", { secure: "v1:x" }],
  ["consent", { secure: "v1:x" }],
])("an encrypted %s is told as such, and nothing of it as missing", (path, value) => {
  const set =
    path === "consent"
      ? "pulumi config set --path 'secure-application-model:consent.<part>' '<value>'"
      : "pulumi config set secure-application-model:displayName '<value>'";
  expect(problemOf({ ...least, [path]: value })).toBe(
    block(
      path,
      "a value that is encrypted, or has a part that is: only a deployment reads it, and no setting is a secret",
      settingsByPath.get(path)?.allowed ?? "",
      `pulumi config get secure-application-model:${path}, then ${set}`,
    ),
  );
});

test("what has parts is removed where it is something else, and its first required part set", () => {
  expect(problemOf({ ...least, vault: "partner-tokens" })).toContain(
    `\n    fix:     ${remove("vault")}, then ${set("vault.name", "<vault name>")}`,
  );
  expect(problemOf({ ...least, owners: "svc@partner.example" })).toContain(
    "\n    fix:     pulumi config rm secure-application-model:owners, then pulumi config set --path 'secure-application-model:owners[0]' '<object id>'",
  );
});

function caught(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error("Nothing was thrown.");
}

test("the problems are data too, each with the commands that fix it", () => {
  const error = caught(() =>
    readSettings(configurationOf({ ...least, colour: "blue", vault: { uri: 7 } }), "/nowhere"),
  );
  expect(error).toBeInstanceOf(SettingsError);
  expect(documentOf(error)).toMatchObject({
    code: "settings",
    what: "The configuration of this stack has 2 problems:",
    fixes: [],
    problems: [
      {
        where: "secure-application-model:vault.uri",
        found: "7",
        allowed: "https://<vault name>.<vault suffix of the cloud>/ (default: a new vault)",
        fixes: [{ commands: [{ program: "pulumi", args: expect.arrayContaining(["set", "--path"]) as unknown }] }],
      },
      {
        where: "secure-application-model:colour",
        found: "a setting that does not exist",
        fixes: [{ commands: [{ args: ["config", "rm", "secure-application-model:colour"] }] }],
      },
    ],
  });
});

const heldSecret = "canary-7f1c2d3e.example";
holdSecret(heldSecret);

test.each<[string, unknown, string, string]>([
  ["protct", true, "protect", "secure-application-model:protect=true"],
  ["vualt", least.vault, "vault", "secure-application-model:vault.name=partner-tokens"],
  ["Displayname", "canary", "displayName", ""],
  ["credentail", "canary", "", ""],
  ["tenant", heldSecret, "tenantId", ""],
])(
  "of a typing error in a name, %s, the one that is meant is named, and the value moved where it fits",
  (name, value, meant, moved) => {
    const { vault, ...others } = least;
    const settings = name === "vualt" ? others : { ...others, vault };
    const error = caught(() => readSettings(configurationOf({ ...settings, [name]: value }), "/nowhere"));
    const problem = documentOf(error).problems?.find(({ where }) => where.endsWith(`:${name}`));
    expect(problem?.found).toBe(`a setting that does not exist${meant === "" ? "" : `: did you mean ${meant}?`}`);
    const lines = problem?.fixes.map(({ commands }) => commands.map(({ line }) => line).join(", then "));
    expect(lines?.at(-1)).toBe(`pulumi config rm secure-application-model:${name}`);
    expect([lines?.length, lines?.[0]]).toEqual(moved === "" ? [1, lines?.[0]] : [2, expect.stringContaining(moved)]);
    expect(lines?.join("\n")).not.toContain("canary");
  },
);

test("all are reported, whatever their number", () => {
  const unknown = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`unknown${index}`, "x"]));
  const text = problemsOf({ ...least, ...unknown });
  expect(text.length).toBeGreaterThan(5000);
  expect(text).toMatch(/unknown39'?$/u);
});

test.each([
  ["AzureUSGovernment", "usgovarizona", {}],
  ["AzureCloud", "usgovarizona", ownEndpoints()],
])("a region of %s, or of a custom cloud, is none: %s", (cloud, location, endpoints) => {
  const values = { ...least, cloud, endpoints, vault: { ...least.vault, location } };
  expect(readSettings(configurationOf(values), "/nowhere")).toMatchObject({ vault: { location } });
});

test("the months that are printed are enough for each period, and those before them are not", () => {
  const { least: from, most: to } = rotateEveryDays;
  for (let days = from; days <= to; days++) {
    const [rotateEvery, months] = [
      `${days}d`,
      (suggested: string) => Number(/validityMonths (\d+)$/mu.exec(suggested)?.[1]),
    ];
    const reads = (validityMonths: number) => () => readAny(withCredential({ rotateEvery, validityMonths }));
    const enough = months(problemOf(withCredential({ rotateEvery, validityMonths: 1 })));
    expect(reads(enough)).not.toThrow();
    expect(reads(enough - 1)).toThrow("less than two periods");
  }
});
