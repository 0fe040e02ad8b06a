import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { least, leastExisting, problemOf, problemsOf, readAny, withSetting } from "./configuration";
import { settingsByPath } from "../../lib/config/catalogue";
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
const set = (path: string, example: string): string => `pulumi config set ${keyOf(path)} ${example}`;
const remove = (path: string): string => `pulumi config rm ${keyOf(path)}`;

/** As docs/settings.md has it. */
function ruleOf(path: string): string {
  const { allowed = "", absent } = settingsByPath.get(path.replace(/\[\d\]/gu, "[]")) ?? {};
  return absent === undefined ? allowed : `${allowed} (${absent})`;
}
/** A value that its setting does not allow, or "nothing". */
const wrong = (path: string, found: string, example: string): string =>
  block(path, found, ruleOf(path), set(path, example));
const missing = (path: string, example: string): string => wrong(path, "nothing", example);
/** A setting that is not allowed. */
const superfluous = (path: string, found: unknown, allowed: string): string =>
  block(path, JSON.stringify(found), allowed, remove(path));
const unknown = (path: string, siblings: string): string =>
  block(path, "a setting that does not exist", siblings, remove(path));
const whole = (...blocks: string[]): string =>
  `The configuration of this stack has ${blocks.length === 1 ? "1 problem" : `${blocks.length} problems`}:\n\n${blocks.join("\n\n")}`;

test("an empty configuration is told every missing setting at once", () => {
  expect(problemsOf({})).toBe(
    whole(
      missing("cloud", "AzureCloud"),
      missing("displayName", "'Partner Center Web App'"),
      missing("vault.name", "'<vault name>'"),
      missing("vault.resourceGroupName", "partner-tokens"),
      missing("vault.location", "westeurope"),
      missing("consent.account", "'<service account>'"),
    ),
  );
});

test("missing, unknown, mistyped and out-of-range settings are reported together", () => {
  const text = problemsOf({
    displayName: "Partner Center Web App",
    configurePreconsent: "yes",
    vaultName: "partner-tokens",
    vault: { ...least.vault, retentionDays: 91, sku: "premium" },
    consent: { port: "8400" },
  });
  expect(text).toBe(
    whole(
      block(
        "cloud",
        "nothing",
        "AzureCloud, AzureUSGovernment or AzureChinaCloud (required)",
        "pulumi config set secure-application-model:cloud AzureCloud",
      ),
      block("configurePreconsent", '"yes"', "true or false (default false)", set("configurePreconsent", "true")),
      block(
        "vault.retentionDays",
        "91",
        "a whole number of days from 7 to 90 (default 90)",
        set("vault.retentionDays", "90"),
      ),
      unknown(
        "vault.sku",
        "name, resourceGroupName, createResourceGroup, location, retentionDays, networkRules, diagnostics, readers, uri",
      ),
      missing("consent.account", "'<service account>'"),
      block("consent.port", '"8400"', "a whole number from 1024 to 65535 (default 8400)", set("consent.port", "8400")),
      unknown(
        "vaultName",
        "cloud, endpoints, tenantId, subscriptionId, displayName, existingApplication, replaceApplication, changeSignInAudience, configurePreconsent, owners, azureManagement, delegatedGraph, permissions, adminConsent, credential, vault, protect, consent, ci",
      ),
    ),
  );
});

test.each([
  ["protect", "no", "false"],
  ["protect", "off", "false"],
  ["protect", "0", "false"],
  ["protect", "maybe", "true"],
  ["configurePreconsent", "False", "false"],
  ["configurePreconsent", "nein", "false"],
  ["configurePreconsent", "On", "true"],
])("%s %s is answered with %s, never with the reverse of what it says", (path, word, meant) => {
  expect(problemOf({ ...least, [path]: word })).toBe(wrong(path, JSON.stringify(word), meant));
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

test("the engine mistakes a time for a secret: the command has the option against that", () => {
  const ended = { ...least, credential: { endDate: "2020-01-01T00:00:00Z" } };
  expect(problemOf(ended)).toContain(
    "pulumi config set --plaintext --path secure-application-model:credential.endDate '<UTC time>'",
  );
});

const principal = { principalId: "11111111-2222-4333-8444-555555555555", principalType: "User" };
const endDate = "2027-05-01T00:00:00Z";
const calendar = { rotateEvery: "90d", firstDay: "2027-01-01" };
const vaultSecretName = "portal-secret";
const previousSecret = { kind: "secret", label: "old" };
const ofCertificate = "only with credential.kind certificate: a client secret has credential.endDate";
const ofSecret = "only without credential.kind certificate: the vault makes it, with credential.validityMonths";
const adopting = { ...least, displayName: undefined, existingApplication: leastExisting.existingApplication };
const alone = "only with existingApplication and vault.uri: it is their secret that is in their vault";

test.each<[string, Readonly<Record<string, unknown>>, string[]]>([
  [
    "AzureGermanCloud is refused by name",
    withSetting("cloud", "AzureGermanCloud"),
    [wrong("cloud", "AzureGermanCloud, which closed on 2021-10-29", "AzureCloud")],
  ],
  [
    "an unknown setting inside a list is reported with the allowed names",
    withSetting("vault.readers", [principal, { ...principal, name: "x" }]),
    [unknown("vault.readers[1].name", "principalId, principalType")],
  ],
  [
    "the label being rotated out may not be the current one, which counts by default too",
    withSetting("credential.previous.label", "initial"),
    [wrong("credential.previous.label", '"initial", which is the current one', "2026-autumn")],
  ],
  [
    "a client secret in place of its description is not repeated",
    { ...least, credential: "abc8Q~a-secret-of-the-application" },
    [
      block(
        "credential",
        "a text, not shown here: no secret belongs in the configuration",
        "an object: kind, label, endDate, validityMonths, previous, rotateEvery, firstDay, overdueDays; or vaultSecretName alone (default: a client secret, rotated by hand)",
        remove("credential"),
      ),
    ],
  ],
  [
    "an object that does not parse is shown unchanged",
    { ...least, credential: '{"label": initial' },
    [superfluous("credential", '{"label": initial', ruleOf("credential"))],
  ],
  [
    "a resource without a permission is a mistake",
    { ...least, permissions: { extra: [{ resource: "Microsoft Graph", application: [] }] } },
    [missing("permissions.extra[0].delegated[0]", "User.Read")],
  ],
  [
    "the audience of an application that is made is not changed",
    { ...least, changeSignInAudience: true },
    [superfluous("changeSignInAudience", true, "only with existingApplication")],
  ],
  [
    "a stored client secret is described by nothing else",
    { ...leastExisting, credential: { vaultSecretName, label: "initial", previous: previousSecret } },
    [
      superfluous("credential.label", "initial", "only without vaultSecretName"),
      superfluous("credential.previous", previousSecret, "only without vaultSecretName"),
    ],
  ],
  [
    "a client secret is valid for no months",
    { ...least, credential: { label: "next", validityMonths: 6 } },
    [superfluous("credential.validityMonths", 6, ofCertificate)],
  ],
  [
    "a certificate is described by no setting of a client secret, and is never one that is stored",
    { ...least, credential: { kind: "certificate", endDate, vaultSecretName } },
    [
      superfluous("credential.endDate", endDate, ofSecret),
      superfluous("credential.vaultSecretName", vaultSecretName, ofSecret),
    ],
  ],
  [
    "a certificate's end is its own",
    {
      ...least,
      credential: { kind: "certificate", label: "next", previous: { kind: "certificate", label: "old", endDate } },
    },
    [superfluous("credential.previous.endDate", endDate, "only with kind secret: a certificate's end is its own")],
  ],
  [
    "a stored client secret needs an existing application too",
    { ...least, vault: leastExisting.vault, credential: { vaultSecretName } },
    [superfluous("credential.vaultSecretName", vaultSecretName, alone)],
  ],
  [
    "a stored client secret needs an existing vault too",
    { ...adopting, credential: { vaultSecretName } },
    [superfluous("credential.vaultSecretName", vaultSecretName, alone)],
  ],
  [
    "a calendar needs a first day",
    { ...least, credential: { rotateEvery: "90d" } },
    [missing("credential.firstDay", "2027-01-01")],
  ],
  [
    "a calendar has a length where its first day is set",
    { ...least, credential: { firstDay: "2027-01-01" } },
    [superfluous("credential.firstDay", "2027-01-01", "only with credential.rotateEvery")],
  ],
  [
    "a calendar has a length where its overdue days are set",
    { ...least, credential: { overdueDays: 7 } },
    [superfluous("credential.overdueDays", 7, "only with credential.rotateEvery")],
  ],
  [
    "a certificate's months follow from the calendar",
    { ...least, credential: { ...calendar, kind: "certificate", validityMonths: 6 } },
    [
      superfluous(
        "credential.validityMonths",
        6,
        "only without credential.rotateEvery, which a certificate's months follow from",
      ),
    ],
  ],
  [
    "a calendar rotates no secret that somebody else put into the vault",
    { ...leastExisting, credential: { vaultSecretName, ...calendar } },
    [
      superfluous(
        "credential.rotateEvery",
        "90d",
        "only without credential.vaultSecretName: who made that secret rotates it",
      ),
    ],
  ],
])("%s", (_, values, blocks) => {
  expect(problemsOf(values)).toBe(whole(...blocks));
});

test("what has parts is removed where it is something else, and its first required part set", () => {
  expect(problemOf({ ...least, vault: "partner-tokens" })).toContain(
    `\n    fix:     ${remove("vault")}, then ${set("vault.name", "'<vault name>'")}`,
  );
  expect(problemOf({ ...least, owners: "svc@partner.example" })).toContain(
    "\n    fix:     pulumi config rm secure-application-model:owners, then pulumi config set --path 'secure-application-model:owners[0]' '<object id>'",
  );
});

test("a missing region is one of the stack's own cloud", () => {
  const vault = { ...least.vault, location: undefined };
  expect(problemOf({ ...least, cloud: "AzureUSGovernment", vault })).toContain(set("vault.location", "usgovvirginia"));
});

test("grants to the service account need its name, though nobody is asked to sign in", () => {
  expect(problemOf({ ...least, adminConsent: "account", consent: { mode: "never" } })).toContain(
    set("consent.account", "'<service account>'"),
  );
  expect(problemsOf({ ...least, adminConsent: "nobody" })).toContain("allowed: account or everybody (default: nobody;");
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

test("an adopted application takes neither name nor owners, an existing vault no description; all are told at once", () => {
  const keepsItsOwn = "only without existingApplication, which keeps its own";
  const managedByItsOwner = "only without vault.uri: a vault that exists is managed by its owner";
  const owner = "99999999-2222-4333-8444-555555555555";
  const [displayName, owners] = ["Partner Center Web App", [owner]];
  const diagnostics = `/subscriptions/${owner}/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/audit`;
  const described = { name: "partner-tokens", retentionDays: 7, diagnostics, readers: [] };
  const vault = { ...leastExisting.vault, ...described };
  expect(problemsOf({ ...leastExisting, displayName, owners, vault })).toBe(
    whole(
      ...Object.entries({ displayName, owners }).map(([name, value]) => superfluous(name, value, keepsItsOwn)),
      ...Object.entries(described).map(([name, value]) => superfluous(`vault.${name}`, value, managedByItsOwner)),
    ),
  );
});

test.each(["secret", "certificate"])(
  "a %s that follows itself rotates nothing, and one of the other kind is another",
  (kind) => {
    const credential = { kind, previous: { kind, label: "initial" } };
    expect(problemOf({ ...least, credential })).toContain('found:   "initial", which is the current one');
    const other = { ...credential, kind: kind === "secret" ? "certificate" : "secret" };
    expect(() => readAny({ ...least, credential: other })).not.toThrow();
  },
);

test.each([
  ["https://tokens.vault.usgovcloudapi.net/", "a vault of AzureUSGovernment", ["AzureUSGovernment"]],
  ["https://tokens.example/", "no vault", []],
  ["https://vault.azure.net.example/", "no vault", []],
])("a vault of another cloud is no vault of this one: %s", (uri, what, homes) => {
  expect(problemOf({ ...leastExisting, vault: { uri } })).toBe(
    block(
      "vault.uri",
      `"${uri}", ${what}, in a stack of AzureCloud`,
      "https://<vault name>.<vault suffix of the cloud>/ (default: a new vault)",
      [
        set("vault.uri", "'https://<vault name>.vault.azure.net/'"),
        ...homes.map((home) => `or:      ${set("cloud", home)}`),
      ].join("\n    "),
    ),
  );
});

test("the fix for one names a vault of the stack's own cloud", () => {
  const uri = "https://tokens.vault.azure.net/";
  expect(problemOf({ ...leastExisting, cloud: "AzureUSGovernment", vault: { uri } })).toContain(
    set("vault.uri", "'https://<vault name>.vault.usgovcloudapi.net/'"),
  );
});

test.each([
  ["AzureUSGovernment", "westeurope", "AzureCloud", "usgovvirginia"],
  ["AzureCloud", "USGov Virginia", "AzureUSGovernment", "westeurope"],
  ["AzureCloud", "usdodeast", "AzureUSGovernment", "westeurope"],
  ["AzureChinaCloud", "eastus", "AzureCloud", "chinanorth3"],
  ["AzureUSGovernment", "China North 3", "AzureChinaCloud", "usgovvirginia"],
])("in a stack of %s, %s is a region of another cloud", (cloud, location, home, example) => {
  const vault = { ...least.vault, location };
  expect(problemOf({ ...least, cloud, vault })).toBe(
    block(
      "vault.location",
      `"${location}", a region of ${home}, in a stack of ${cloud}`,
      "a region of the cloud, such as westeurope, or usgovvirginia in AzureUSGovernment (required unless vault.uri is set)",
      `${set("vault.location", example)}\n    or:      ${set("cloud", home)}`,
    ),
  );
});

test.each([
  ["AzureUSGovernment", "usgovarizona", {}],
  ["AzureCloud", "usgovarizona", ownEndpoints()],
])("a region of %s, or of a custom cloud, is none: %s", (cloud, location, endpoints) => {
  const values = { ...least, cloud, endpoints, vault: { ...least.vault, location } };
  expect(readSettings(configurationOf(values), "/nowhere")).toMatchObject({ vault: { location } });
});
