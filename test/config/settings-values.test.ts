import type { Settings } from "../../lib/config/combinations";
import { configurationOf } from "../../lib/config/model-file";
import { readSettings } from "../../lib/config/settings";
import { least, leastExisting, withSetting } from "./configuration";
import { ownEndpoints } from "../support/own-endpoints";

const read = (values: Readonly<Record<string, unknown>>): Settings => readSettings(configurationOf(values), "/nowhere");

test("the least configuration gets every default", () => {
  expect(read(least)).toEqual({
    cloud: "AzureCloud",
    displayName: "Partner Center Web App",
    configurePreconsent: false,
    azureManagement: false,
    delegatedGraph: false,
    permissions: { legacy: true, extra: [] },
    credential: {
      kind: "secret",
      declared: [{ kind: "secret", label: "initial" }],
      validityMonths: 12,
      overdueDays: 14,
    },
    vault: {
      name: "partner-tokens",
      resourceGroupName: "partner-tokens",
      createResourceGroup: true,
      location: "westeurope",
      retentionDays: 90,
      readers: [],
    },
    protect: true,
    consent: {
      mode: "auto",
      account: "svc-partner@partner.example",
      deadlineMinutes: 10,
      warnBeforeDays: 30,
      port: 8400,
    },
  });
});

test("everything that can be set arrives as it was set", () => {
  const endDate = `${new Date().getUTCFullYear() + 1}-06-30T00:00:00Z`;
  const everything = {
    cloud: "AzureUSGovernment",
    endpoints: {
      authority: "https://127.0.0.1:9000",
      partnerCenter: "https://127.0.0.1:9003",
      microsoftGraph: "https://127.0.0.1:9001",
      resourceManager: "https://127.0.0.1:9002",
      azureAdGraph: "https://127.0.0.1:9004",
      vaultSuffix: "127.0.0.1",
      metadataHost: "127.0.0.1:9000",
    },
    tenantId: "partner.example",
    subscriptionId: "99999999-1111-4222-8333-444455556666",
    displayName: "Partner Center Web App",
    configurePreconsent: true,
    owners: ["11111111-2222-4333-8444-555555555555"],
    azureManagement: true,
    delegatedGraph: true,
    permissions: {
      legacy: false,
      extra: [
        { resource: "Microsoft Graph", delegated: ["Mail.Read"], application: [] },
        { resource: "00000002-0000-0ff1-ce00-000000000000", delegated: [], application: ["full_access_as_app"] },
      ],
    },
    adminConsent: "everybody",
    vault: {
      name: "Contoso-Tokens-1",
      resourceGroupName: "tokens_(prod).1",
      createResourceGroup: false,
      location: "USGov Virginia",
      retentionDays: 7,
      networkRules: { ipRules: ["203.0.113.0/24", "198.51.100.7"] },
      diagnostics:
        "/subscriptions/99999999-2222-4333-8444-555555555555/resourceGroups/audit/providers/Microsoft.Storage/storageAccounts/audit",
      readers: [{ principalId: "99999999-2222-4333-8444-555555555555", principalType: "Group" }],
    },
    protect: false,
    consent: {
      mode: "interactive",
      account: "svc@partner.example",
      deadlineMinutes: 3,
      warnBeforeDays: 14,
      port: 9400,
      takeOverFrom: "contoso/secure-application-model/global",
    },
  };
  const current = { kind: "secret", label: "2027-spring", endDate };
  const previous = { kind: "secret", label: "initial", endDate: "2020-01-31T00:00:00Z" };
  const calendar = { rotateEvery: "30d", firstDay: "2027-01-01", overdueDays: 7 };
  expect(read({ ...everything, credential: { ...current, previous, ...calendar } })).toEqual({
    ...everything,
    credential: { kind: "secret", declared: [current, previous], validityMonths: 12, ...calendar },
  });
});

test("what exists arrives by its name alone: no default describes it", () => {
  const vaultSecretName = "portal-secret";
  const previous = { kind: "certificate", label: "old" };
  expect(read({ ...leastExisting, credential: { vaultSecretName, previous } })).toEqual({
    cloud: "AzureCloud",
    existingApplication: leastExisting.existingApplication,
    changeSignInAudience: false,
    configurePreconsent: false,
    azureManagement: false,
    delegatedGraph: false,
    permissions: { legacy: true, extra: [] },
    credential: { kind: "secret", vaultSecretName, declared: [previous], validityMonths: 12, overdueDays: 14 },
    vault: leastExisting.vault,
    protect: true,
    consent: { mode: "auto", ...leastExisting.consent, deadlineMinutes: 10, warnBeforeDays: 30, port: 8400 },
  });
});

test.each(["secret", "certificate"])(
  "before a %s of the other kind or of its own the current one is listed",
  (kind) => {
    const previous = { kind: "secret", label: "initial" };
    const { credential } = read({ ...least, credential: { kind, label: "next", previous } });
    expect(credential).toMatchObject({ kind, declared: [{ kind, label: "next" }, previous] });
  },
);

test("an adopted application gets a secret and a vault as any other", () => {
  const { existingApplication } = leastExisting;
  const settings = read({ ...least, displayName: undefined, existingApplication, changeSignInAudience: true });
  const made = { ...read(least), existingApplication, changeSignInAudience: true, displayName: undefined };
  expect(settings).toEqual(made);
});

test("a custom cloud's vault lies where its endpoints say", () => {
  const endpoints = ownEndpoints();
  const vault = { uri: "https://127.0.0.1:9443" };
  expect(read({ ...leastExisting, endpoints, vault }).vault).toEqual(vault);
});

test("a consent without a sign-in needs no account", () => {
  expect(read(withSetting("consent", { mode: "never" })).consent).toEqual({
    mode: "never",
    deadlineMinutes: 10,
    warnBeforeDays: 30,
    port: 8400,
  });
});

test("settings of other namespaces are ignored", () => {
  const configuration = { ...configurationOf(least), "azuread:environment": "public", "other:cloud": "nowhere" };
  expect(readSettings(configuration, "/nowhere")).toEqual(read(least));
});

test.each(["42", "true", '{"a":1}', "[x]"])("a display name stays the text it is: %s", (displayName) => {
  expect(read({ ...least, displayName })).toMatchObject({ displayName });
});

test("blanks around a display name are dropped", () => {
  expect(read({ ...least, displayName: "  Contoso  " })).toMatchObject({ displayName: "Contoso" });
});
