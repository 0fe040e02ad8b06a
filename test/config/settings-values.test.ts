import { settingsByPath } from "../../lib/config/catalogue";
import type { Settings } from "../../lib/config/combinations";
import { configurationOf } from "../../lib/config/model-file";
import { readSettings } from "../../lib/config/settings";
import { least, leastExisting, valueAt, withSetting } from "./configuration";
import { ownEndpoints } from "../support/own-endpoints";

const read = (values: Readonly<Record<string, unknown>>): Settings => readSettings(configurationOf(values), "/nowhere");

/** As docs/settings.md has them. */
const defaults = [...settingsByPath].flatMap(([path, { absent = "" }]) => {
  const [, text] = /^default ([^:]+)$/u.exec(absent) ?? [];
  return text === undefined || /\[\]|^ci\b/u.test(path) ? [] : [[path, text] as const];
});

test("the least configuration gets every default, and nothing that describes what exists", () => {
  const settings = read(least);
  const { changeSignInAudience: _ofAdopted, ...expected } = Object.fromEntries(defaults);
  const found = Object.keys(expected).map((path) => [path, String(valueAt(settings, path))]);
  expect(Object.fromEntries(found)).toEqual(expected);
  expect(settings).toMatchObject({
    ...{ displayName: "Partner Center Web App", permissions: { extra: [] }, vault: { ...least.vault, readers: [] } },
  });
  expect(Object.keys(settings).sort().join(" ")).toBe(
    "azureManagement cloud configurePreconsent consent credential delegatedGraph displayName outOfBandReplyUrl permissions protect vault",
  );
});

test("what exists arrives by its name alone: no default describes it", () => {
  const vaultSecretName = "portal-secret";
  expect(read({ ...leastExisting, credential: { vaultSecretName } })).toEqual({
    cloud: "AzureCloud",
    existingApplication: leastExisting.existingApplication,
    changeSignInAudience: false,
    configurePreconsent: false,
    azureManagement: false,
    delegatedGraph: false,
    outOfBandReplyUrl: true,
    permissions: { legacy: true, extra: [] },
    credential: { kind: "secret", vaultSecretName, validityMonths: 12, overdueDays: 14 },
    vault: leastExisting.vault,
    protect: true,
    consent: { mode: "auto", ...leastExisting.consent, deadlineMinutes: 10, warnBeforeDays: 30, port: 8400 },
  });
});

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
