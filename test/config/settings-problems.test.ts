import { asConfiguration, least, leastExisting, problemOf, problemsOf, withSetting } from "./configuration";
import { readSettings, SettingsError } from "../../config/settings";

const block = (path: string, found: string, allowed: string, fix: string): string =>
  `  secure-application-model:${path}\n    found:   ${found}\n    allowed: ${allowed}\n    fix:     ${fix}`;
const set = (path: string, example: string): string =>
  `pulumi config set --path 'secure-application-model:${path}' ${example}`;

test("an empty configuration is told every missing setting at once", () => {
  const missing: [path: string, allowed: string, example: string][] = [
    ["cloud", "AzureCloud, AzureUSGovernment or AzureChinaCloud; there is no default", "AzureCloud"],
    ["displayName", "a text of 1 to 120 characters; not with existingApplication", "'Partner Center Web App'"],
    [
      "vault.name",
      "3 to 24 letters, digits and single dashes, a letter first, no dash last; unique in the whole cloud",
      "contoso-partner-tokens",
    ],
    ["vault.resourceGroupName", "1 to 90 letters, digits, and . _ - ( ), no full stop last", "partner-tokens"],
    [
      "vault.location",
      "a region of the cloud, such as westeurope, or usgovvirginia in AzureUSGovernment",
      "westeurope",
    ],
    [
      "consent.account",
      "the user principal name of the service account that signs in; required unless consent.mode is never",
      "service-account@partner.example",
    ],
  ];
  const blocks = missing.map(([path, allowed, example]) => block(path, "nothing", allowed, set(path, example)));
  expect(problemsOf({})).toBe(`The configuration of this stack has 6 problems:\n\n${blocks.join("\n\n")}\n`);
});

test("missing, unknown, mistyped and out of range are told together", () => {
  const text = problemsOf({
    displayName: "Partner Center Web App",
    configurePreconsent: "yes",
    vaultName: "partner-tokens",
    vault: { ...least.vault, retentionDays: 91, sku: "premium" },
    consent: { port: "8400" },
  });
  expect(text).toBe(
    "The configuration of this stack has 7 problems:\n\n" +
      [
        block(
          "cloud",
          "nothing",
          "AzureCloud, AzureUSGovernment or AzureChinaCloud; there is no default",
          set("cloud", "AzureCloud"),
        ),
        block("configurePreconsent", '"yes"', "true or false (default false)", set("configurePreconsent", "true")),
        block(
          "vault.retentionDays",
          "91",
          "a whole number of days from 7 to 90 (default 90); fixed once the vault exists",
          set("vault.retentionDays", "90"),
        ),
        block(
          "vault.sku",
          "a setting that does not exist",
          "name, resourceGroupName, location, retentionDays, protect, networkRules, readers, uri",
          "pulumi config rm --path 'secure-application-model:vault.sku'",
        ),
        block(
          "consent.account",
          "nothing",
          "the user principal name of the service account that signs in; required unless consent.mode is never",
          set("consent.account", "service-account@partner.example"),
        ),
        block("consent.port", '"8400"', "a port from 1024 to 65535 (default 8400)", set("consent.port", "8400")),
        block(
          "vaultName",
          "a setting that does not exist",
          "cloud, endpoints, tenantId, displayName, existingApplication, changeSignInAudience, configurePreconsent, owners, azureManagement, delegatedGraph, clientSecret, vault, consent",
          "pulumi config rm --path 'secure-application-model:vaultName'",
        ),
      ].join("\n\n") +
      "\n",
  );
});

test("the error is one whose text can be printed as it is", () => {
  expect(() => readSettings(asConfiguration({}), "/nowhere")).toThrow(SettingsError);
});

test("AzureGermanCloud is refused by name", () => {
  expect(problemOf(withSetting("cloud", "AzureGermanCloud"))).toBe(
    block(
      "cloud",
      "AzureGermanCloud, which closed on 2021-10-29",
      "AzureCloud, AzureUSGovernment or AzureChinaCloud; there is no default",
      set("cloud", "AzureCloud"),
    ),
  );
});

test("an unknown setting inside a list is told with the names that may stand there", () => {
  const principal = { principalId: "11111111-2222-4333-8444-555555555555", principalType: "User" };
  expect(problemOf(withSetting("vault.readers", [principal, { ...principal, name: "x" }]))).toBe(
    block(
      "vault.readers[1].name",
      "a setting that does not exist",
      "principalId, principalType",
      "pulumi config rm --path 'secure-application-model:vault.readers[1].name'",
    ),
  );
});

test("the label being rotated out may not be the current one, which counts by default too", () => {
  expect(problemOf(withSetting("clientSecret.previous.label", "initial"))).toBe(
    block(
      "clientSecret.previous.label",
      '"initial"',
      "the label of the secret being rotated out, not the current one",
      set("clientSecret.previous.label", "2026-autumn"),
    ),
  );
});

test("an object that does not parse is shown as it stands", () => {
  expect(problemOf({ ...least, clientSecret: '{"label": initial' })).toBe(
    block(
      "clientSecret",
      '"{\\"label\\": initial"',
      "an object: label, endDate, previous; or vaultSecretName alone",
      set("clientSecret", '\'{"label":"initial"}\''),
    ),
  );
});

describe("what exists and what is made", () => {
  const remove = (path: string): string => `pulumi config rm --path 'secure-application-model:${path}'`;
  const keepsItsOwn = "only without existingApplication, which keeps its own";
  const ownersBusiness = "only without vault.uri: a vault that exists is its owner's to describe";
  const withoutStored = "only without vaultSecretName";
  const whole = (...blocks: string[]): string =>
    `The configuration of this stack has ${blocks.length === 1 ? "1 problem" : `${blocks.length} problems`}:\n\n${blocks.join("\n\n")}\n`;

  test("an adopted application takes neither name nor owners, an existing vault no description; all are told at once", () => {
    const owner = "99999999-2222-4333-8444-555555555555";
    const text = problemsOf({
      ...leastExisting,
      displayName: "Partner Center Web App",
      owners: [owner],
      vault: { ...leastExisting.vault, name: "partner-tokens", retentionDays: 7, readers: [] },
    });
    expect(text).toBe(
      whole(
        block("displayName", '"Partner Center Web App"', keepsItsOwn, remove("displayName")),
        block("owners", `["${owner}"]`, keepsItsOwn, remove("owners")),
        block("vault.name", '"partner-tokens"', ownersBusiness, remove("vault.name")),
        block("vault.retentionDays", "7", ownersBusiness, remove("vault.retentionDays")),
        block("vault.readers", "[]", ownersBusiness, remove("vault.readers")),
      ),
    );
  });

  test("the audience of an application that is made is not changed", () => {
    expect(problemOf({ ...least, changeSignInAudience: true })).toBe(
      block("changeSignInAudience", "true", "only with existingApplication", remove("changeSignInAudience")),
    );
  });

  test("a stored client secret is described by nothing else", () => {
    const clientSecret = { vaultSecretName: "portal-secret", label: "initial", previous: { label: "old" } };
    expect(problemsOf({ ...leastExisting, clientSecret })).toBe(
      whole(
        block("clientSecret.label", '"initial"', withoutStored, remove("clientSecret.label")),
        block("clientSecret.previous", '{"label":"old"}', withoutStored, remove("clientSecret.previous")),
      ),
    );
  });

  test.each([
    ["application", { ...least, vault: leastExisting.vault }],
    ["vault", { ...least, displayName: undefined, existingApplication: leastExisting.existingApplication }],
  ])("a stored client secret needs an existing %s too", (_, values) => {
    expect(problemOf({ ...values, clientSecret: { vaultSecretName: "portal-secret" } })).toBe(
      block(
        "clientSecret.vaultSecretName",
        '"portal-secret"',
        "only with existingApplication and vault.uri: it is their secret that is in their vault",
        remove("clientSecret.vaultSecretName"),
      ),
    );
  });

  test.each([
    ["https://tokens.vault.usgovcloudapi.net/", "a vault of AzureUSGovernment", ["AzureUSGovernment"]],
    ["https://tokens.example/", "no vault", []],
    ["https://vault.azure.net.example/", "no vault", []],
  ])("a vault of another cloud is no vault of this one: %s", (uri, what, homes) => {
    expect(problemOf({ ...leastExisting, vault: { uri } })).toBe(
      block(
        "vault.uri",
        `"${uri}", ${what}, in a stack of AzureCloud`,
        "https://<vault name>.<vault suffix of the cloud>/ of a vault that exists (default: one is made)",
        [
          set("vault.uri", "https://contoso-partner-tokens.vault.azure.net/"),
          ...homes.map((home) => `or:      ${set("cloud", home)}`),
        ].join("\n    "),
      ),
    );
  });

  test("the fix for one names a vault of the stack's own cloud", () => {
    const uri = "https://tokens.vault.azure.net/";
    expect(problemOf({ ...leastExisting, cloud: "AzureUSGovernment", vault: { uri } })).toContain(
      set("vault.uri", "https://contoso-partner-tokens.vault.usgovcloudapi.net/"),
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
        "a region of the cloud, such as westeurope, or usgovvirginia in AzureUSGovernment",
        `${set("vault.location", example)}\n    or:      ${set("cloud", home)}`,
      ),
    );
  });

  test.each([
    ["AzureUSGovernment", "usgovarizona", {}],
    ["AzureCloud", "usgovarizona", { resourceManager: "https://management.custom.example" }],
  ])("a region of %s, or of a custom cloud, is none: %s", (cloud, location, endpoints) => {
    const values = { ...least, cloud, endpoints, vault: { ...least.vault, location } };
    expect(readSettings(asConfiguration(values), "/nowhere")).toMatchObject({ vault: { location } });
  });
});
