import { asConfiguration, least, leastExisting, problemOf, problemsOf, readAny, withSetting } from "./configuration";
import { readSettings, SettingsError } from "../../lib/config/settings";
import { documentOf } from "../../lib/errors/document";
import { ownEndpoints } from "../support/own-endpoints";

const block = (path: string, found: string, allowed: string, fix: string): string =>
  `  secure-application-model:${path}\n    found:   ${found}\n    allowed: ${allowed}\n    fix:     ${fix}`;
const keyOf = (path: string): string => `${path.includes(".") ? "--path " : ""}secure-application-model:${path}`;
const set = (path: string, example: string): string => `pulumi config set ${keyOf(path)} ${example}`;
const remove = (path: string): string => `pulumi config rm ${keyOf(path)}`;

function caught(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error("Nothing was thrown.");
}

test("an empty configuration is told every missing setting at once", () => {
  const missing: [path: string, allowed: string, example: string][] = [
    ["cloud", "AzureCloud, AzureUSGovernment or AzureChinaCloud (required)", "AzureCloud"],
    [
      "displayName",
      "a text of 1 to 120 characters (required unless existingApplication is set)",
      "'Partner Center Web App'",
    ],
    [
      "vault.name",
      "3 to 24 letters, digits and single dashes, a letter first, no dash last; unique in the whole cloud (required unless vault.uri is set)",
      "contoso-partner-tokens",
    ],
    [
      "vault.resourceGroupName",
      "1 to 90 letters, digits, and . _ - ( ), no full stop last (required unless vault.uri is set)",
      "partner-tokens",
    ],
    [
      "vault.location",
      "a region of the cloud, such as westeurope, or usgovvirginia in AzureUSGovernment (required unless vault.uri is set)",
      "westeurope",
    ],
    [
      "consent.account",
      "the user principal name of the service account that signs in (required unless consent.mode is never and adminConsent not account)",
      "service-account@partner.example",
    ],
  ];
  const blocks = missing.map(([path, allowed, example]) => block(path, "nothing", allowed, set(path, example)));
  expect(problemsOf({})).toBe(`The configuration of this stack has 6 problems:\n\n${blocks.join("\n\n")}`);
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
    "The configuration of this stack has 7 problems:\n\n" +
      [
        block(
          "cloud",
          "nothing",
          "AzureCloud, AzureUSGovernment or AzureChinaCloud (required)",
          set("cloud", "AzureCloud"),
        ),
        block("configurePreconsent", '"yes"', "true or false (default false)", set("configurePreconsent", "true")),
        block(
          "vault.retentionDays",
          "91",
          "a whole number of days from 7 to 90 (default 90)",
          set("vault.retentionDays", "90"),
        ),
        block(
          "vault.sku",
          "a setting that does not exist",
          "name, resourceGroupName, createResourceGroup, location, retentionDays, networkRules, diagnostics, readers, uri",
          remove("vault.sku"),
        ),
        block(
          "consent.account",
          "nothing",
          "the user principal name of the service account that signs in (required unless consent.mode is never and adminConsent not account)",
          set("consent.account", "service-account@partner.example"),
        ),
        block(
          "consent.port",
          '"8400"',
          "a whole number from 1024 to 65535 (default 8400)",
          set("consent.port", "8400"),
        ),
        block(
          "vaultName",
          "a setting that does not exist",
          "cloud, endpoints, tenantId, subscriptionId, displayName, existingApplication, changeSignInAudience, configurePreconsent, owners, azureManagement, delegatedGraph, permissions, adminConsent, credential, vault, protect, consent, ci",
          remove("vaultName"),
        ),
      ].join("\n\n"),
  );
});

test("the engine mistakes a time for a secret: the command has the option against that", () => {
  const ended = { ...least, credential: { endDate: "2020-01-01T00:00:00Z" } };
  expect(problemOf(ended)).toContain(
    "pulumi config set --plaintext --path secure-application-model:credential.endDate '<UTC time>'",
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
      "AzureCloud, AzureUSGovernment or AzureChinaCloud (required)",
      set("cloud", "AzureCloud"),
    ),
  );
});

test("an unknown setting inside a list is reported with the allowed names", () => {
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
  expect(problemOf(withSetting("credential.previous.label", "initial"))).toBe(
    block(
      "credential.previous.label",
      '"initial", which is the current one',
      "1 to 32 lower-case letters, digits or dashes, no dash first or last (required)",
      set("credential.previous.label", "2026-autumn"),
    ),
  );
});

test("a client secret in place of its description is not repeated", () => {
  const text = problemOf({ ...least, credential: "abc8Q~a-secret-of-the-application" });
  expect(text).toBe(
    block(
      "credential",
      "a text, not shown here: no secret belongs in the configuration",
      "an object: kind, label, endDate, validityMonths, previous, rotateEvery, firstDay, overdueDays; or vaultSecretName alone (default: a client secret, rotated by hand)",
      remove("credential"),
    ),
  );
});

test("what has parts is removed where it is something else, and its first required part set", () => {
  expect(problemOf({ ...least, vault: "partner-tokens" })).toContain(
    `\n    fix:     ${remove("vault")}, then ${set("vault.name", "contoso-partner-tokens")}`,
  );
  expect(problemOf({ ...least, owners: "svc@partner.example" })).toContain(
    "\n    fix:     pulumi config rm secure-application-model:owners, then pulumi config set --path 'secure-application-model:owners[0]' '<object id>'",
  );
});

test("a missing region is one of the stack's own cloud", () => {
  const vault = { ...least.vault, location: undefined };
  expect(problemOf({ ...least, cloud: "AzureUSGovernment", vault })).toContain(set("vault.location", "usgovvirginia"));
});

test("a resource without a permission is a mistake", () => {
  const extra = [{ resource: "Microsoft Graph", application: [] }];
  expect(problemOf({ ...least, permissions: { extra } })).toBe(
    block(
      "permissions.extra[0].delegated[0]",
      "nothing",
      "a permission's name or id (GUID)",
      "pulumi config set --path 'secure-application-model:permissions.extra[0].delegated[0]' User.Read",
    ),
  );
});

test("grants to the service account need its name, though nobody is asked to sign in", () => {
  expect(problemOf({ ...least, adminConsent: "account", consent: { mode: "never" } })).toContain(
    set("consent.account", "service-account@partner.example"),
  );
  expect(problemsOf({ ...least, adminConsent: "nobody" })).toContain("allowed: account or everybody (default: nobody;");
});

test("the problems are data too, each with the commands that fix it", () => {
  const error = caught(() =>
    readSettings(asConfiguration({ ...least, colour: "blue", vault: { uri: 7 } }), "/nowhere"),
  );
  expect(documentOf(error)).toMatchObject({
    code: "settings",
    what: "The configuration of this stack has 2 problems:",
    fixes: [],
    problems: [
      {
        where: "secure-application-model:vault.uri",
        found: "7",
        allowed: "https://<vault name>.<vault suffix of the cloud>/ (default: a vault is made)",
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

test("all are reported, whatever their number", () => {
  const unknown = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`unknown${index}`, "x"]));
  const text = problemsOf({ ...least, ...unknown });
  expect(text.length).toBeGreaterThan(5000);
  expect(text).toMatch(/unknown39'?$/u);
});

test("an object that does not parse is shown unchanged", () => {
  expect(problemOf({ ...least, credential: '{"label": initial' })).toBe(
    block(
      "credential",
      '"{\\"label\\": initial"',
      "an object: kind, label, endDate, validityMonths, previous, rotateEvery, firstDay, overdueDays; or vaultSecretName alone (default: a client secret, rotated by hand)",
      remove("credential"),
    ),
  );
});

describe("what exists and what is made", () => {
  const keepsItsOwn = "only without existingApplication, which keeps its own";
  const managedByItsOwner = "only without vault.uri: a vault that exists is managed by its owner";
  const withoutStored = "only without vaultSecretName";
  const whole = (...blocks: string[]): string =>
    `The configuration of this stack has ${blocks.length === 1 ? "1 problem" : `${blocks.length} problems`}:\n\n${blocks.join("\n\n")}`;

  test("an adopted application takes neither name nor owners, an existing vault no description; all are told at once", () => {
    const owner = "99999999-2222-4333-8444-555555555555";
    const diagnostics = `/subscriptions/${owner}/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/audit`;
    const text = problemsOf({
      ...leastExisting,
      displayName: "Partner Center Web App",
      owners: [owner],
      vault: { ...leastExisting.vault, name: "partner-tokens", retentionDays: 7, readers: [], diagnostics },
    });
    expect(text).toBe(
      whole(
        block("displayName", '"Partner Center Web App"', keepsItsOwn, remove("displayName")),
        block("owners", `["${owner}"]`, keepsItsOwn, remove("owners")),
        block("vault.name", '"partner-tokens"', managedByItsOwner, remove("vault.name")),
        block("vault.retentionDays", "7", managedByItsOwner, remove("vault.retentionDays")),
        block("vault.diagnostics", `"${diagnostics}"`, managedByItsOwner, remove("vault.diagnostics")),
        block("vault.readers", "[]", managedByItsOwner, remove("vault.readers")),
      ),
    );
  });

  test("the audience of an application that is made is not changed", () => {
    expect(problemOf({ ...least, changeSignInAudience: true })).toBe(
      block("changeSignInAudience", "true", "only with existingApplication", remove("changeSignInAudience")),
    );
  });

  test("a stored client secret is described by nothing else", () => {
    const previous = { kind: "secret", label: "old" };
    const credential = { vaultSecretName: "portal-secret", label: "initial", previous };
    expect(problemsOf({ ...leastExisting, credential })).toBe(
      whole(
        block("credential.label", '"initial"', withoutStored, remove("credential.label")),
        block("credential.previous", '{"kind":"secret","label":"old"}', withoutStored, remove("credential.previous")),
      ),
    );
  });

  const ofCertificate = "only with credential.kind certificate: a client secret has credential.endDate";
  const ofSecret = "only without credential.kind certificate: the vault makes it, with credential.validityMonths";
  const endDate = "2027-05-01T00:00:00Z";

  test.each<[string, object, string]>([
    [
      "a client secret is valid for no months",
      { credential: { label: "next", validityMonths: 6 } },
      whole(block("credential.validityMonths", "6", ofCertificate, remove("credential.validityMonths"))),
    ],
    [
      "a certificate is described by no setting of a client secret, and is never one that is stored",
      { credential: { kind: "certificate", endDate, vaultSecretName: "portal-secret" } },
      whole(
        block("credential.endDate", `"${endDate}"`, ofSecret, remove("credential.endDate")),
        block("credential.vaultSecretName", '"portal-secret"', ofSecret, remove("credential.vaultSecretName")),
      ),
    ],
    [
      "a certificate's end is its own",
      { credential: { kind: "certificate", label: "next", previous: { kind: "certificate", label: "old", endDate } } },
      whole(
        block(
          "credential.previous.endDate",
          `"${endDate}"`,
          "only with kind secret: a certificate's end is its own",
          remove("credential.previous.endDate"),
        ),
      ),
    ],
  ])("%s", (_, changes, text) => {
    expect(problemsOf({ ...least, ...changes })).toBe(text);
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
    ["application", { ...least, vault: leastExisting.vault }],
    ["vault", { ...least, displayName: undefined, existingApplication: leastExisting.existingApplication }],
  ])("a stored client secret needs an existing %s too", (_, values) => {
    expect(problemOf({ ...values, credential: { vaultSecretName: "portal-secret" } })).toBe(
      block(
        "credential.vaultSecretName",
        '"portal-secret"',
        "only with existingApplication and vault.uri: it is their secret that is in their vault",
        remove("credential.vaultSecretName"),
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
        "https://<vault name>.<vault suffix of the cloud>/ (default: a vault is made)",
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
    expect(readSettings(asConfiguration(values), "/nowhere")).toMatchObject({ vault: { location } });
  });
});

describe("a calendar", () => {
  const calendar = { rotateEvery: "90d", firstDay: "2027-01-01" };

  test("needs a first day", () => {
    expect(problemOf({ ...least, credential: { rotateEvery: "90d" } })).toBe(
      block(
        "credential.firstDay",
        "nothing",
        "a day like 2027-01-01 (default: none)",
        set("credential.firstDay", "2027-01-01"),
      ),
    );
  });

  test.each(["firstDay", "overdueDays"])("has a length where its %s is set", (name) => {
    const value = { firstDay: "2027-01-01", overdueDays: 7 }[name];
    expect(problemOf({ ...least, credential: { [name]: value } })).toBe(
      block(
        `credential.${name}`,
        JSON.stringify(value),
        "only with credential.rotateEvery",
        remove(`credential.${name}`),
      ),
    );
  });

  test("a certificate's months follow from it", () => {
    const months = { ...calendar, kind: "certificate", validityMonths: 6 };
    expect(problemOf({ ...least, credential: months })).toBe(
      block(
        "credential.validityMonths",
        "6",
        "only without credential.rotateEvery, which a certificate's months follow from",
        remove("credential.validityMonths"),
      ),
    );
  });

  test("rotates no secret that somebody else put into the vault", () => {
    const credential = { vaultSecretName: "portal-secret", ...calendar };
    expect(problemOf({ ...leastExisting, credential })).toBe(
      block(
        "credential.rotateEvery",
        '"90d"',
        "only without credential.vaultSecretName: who made that secret rotates it",
        remove("credential.rotateEvery"),
      ),
    );
  });
});
