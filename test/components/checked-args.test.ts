/** Wrong arguments of a program of one's own: each is refused by its setting's rule, before anything is declared. */
import * as pulumi from "@pulumi/pulumi";
import { AdoptedApplication } from "../../components/adopted-application";
import { DelegatedGrants } from "../../components/delegated-grants";
import { ExistingVault } from "../../components/existing-vault";
import { PartnerApplication } from "../../components/partner-application";
import { PartnerConsent } from "../../components/partner-consent";
import { SecureApplicationModel } from "../../components/secure-application-model";
import { TokenVault } from "../../components/token-vault";
import { settingsByPath } from "../../lib/config/catalogue";
import { ownEndpoints } from "../support/own-endpoints";
import { declared } from "./declared";
import { leastArgs, stackWith, tenantId } from "./model";

/** The constructor's refusal; "" if there is none. */
async function refusalOf(changes: object): Promise<string> {
  try {
    await stackWith({ ...leastArgs, ...changes });
    return "";
  } catch (error) {
    // The engine prints its text alone.
    expect(pulumi.RunError.isInstance(error)).toBe(true);
    return (error as Error).message;
  }
}

const { vault, consent } = leastArgs;
const generation = { number: 1, kind: "secret", day: "2026-11-26" };
const reader = { principalId: "11111111-2222-4333-8444-555555555555", principalType: "Robot" };
const ofRegion = '"usgovvirginia", a region of AzureUSGovernment, in a stack of AzureCloud';
const oneThenOther =
  "the current generation, then at most one before it, each a secret or certificate, as planGenerations() makes them";

/** The words of a setting's rule. */
function ruleOf(setting: string): string {
  const { allowed = "", absent } = settingsByPath.get(setting) ?? {};
  return absent === undefined ? allowed : `${allowed} (${absent})`;
}

test.each<[argument: string, changes: object, found: string, allowed?: string]>([
  ["cloud", { cloud: "Azure" }, '"Azure"'],
  ["tenantId", { tenantId: "contoso.example" }, '"contoso.example"', "the tenant's GUID"],
  ["displayName", { displayName: "" }, '""'],
  [
    "existingApplication",
    { displayName: undefined, existingApplication: { clientId: "ours" } },
    '{"clientId":"ours"}',
    "clientId and objectId, GUIDs",
  ],
  ["credential.generations", { credential: { generations: [] } }, "[]", oneThenOther],
  [
    "credential.generations",
    { credential: { generations: [generation, generation] } },
    JSON.stringify([generation, generation]),
    oneThenOther,
  ],
  [
    "credential.generations",
    { credential: { generations: [{ ...generation, kind: "label" }] } },
    JSON.stringify([{ ...generation, kind: "label" }]),
    oneThenOther,
  ],
  ["credential.validityMonths", { credential: { generations: [generation], validityMonths: 36 } }, "36"],
  ["vault.name", { vault: { ...vault, name: "my_vault" } }, '"my_vault"'],
  ["vault.location", { vault: { ...vault, location: "usgovvirginia" } }, ofRegion],
  ["vault.retentionDays", { vault: { ...vault, retentionDays: 5 } }, "5"],
  ["vault.networkRules.ipRules[0]", { vault: { ...vault, networkRules: { ipRules: ["10.0.0.0/8"] } } }, '"10.0.0.0/8"'],
  ["vault.readers[0].principalType", { vault: { ...vault, readers: [reader] } }, '"Robot"'],
  ["vault.uri", { vault: { uri: "contoso-tokens" } }, '"contoso-tokens"'],
  ["consent.mode", { consent: { ...consent, mode: "sometimes" } }, '"sometimes"'],
  ["consent.account", { consent: {} }, "nothing"],
  ["consent.account", { consent: { account: "svc" } }, '"svc"'],
  ["consent.port", { consent: { ...consent, port: 80 } }, "80"],
])("%s", async (argument, changes, found, allowed = ruleOf(argument.replace("[0]", "[]"))) => {
  expect(await refusalOf(changes)).toBe(
    [
      'The arguments of SecureApplicationModel "partner" have 1 problem; docs/settings.md describes them:',
      "",
      `  ${argument}`,
      `    found:   ${found}`,
      `    allowed: ${allowed}`,
    ].join("\n"),
  );
});

test("all wrong arguments are told at once, in the order of the settings, and nothing is declared", async () => {
  const text = await refusalOf({ tenantId: "x", consent: { port: 1 }, vault: { naem: "tokens" }, protected: true });
  expect(text).toContain("have 8 problems");
  expect(text.match(/^ {2}\S+$/gmu)).toEqual(
    [
      "vault.name",
      "vault.resourceGroupName",
      "vault.location",
      "vault.naem",
      "consent.account",
      "consent.port",
      "protected",
      "tenantId",
    ].map((name) => `  ${name}`),
  );
  const declared = jest.spyOn(pulumi.runtime, "invoke");
  expect(() => new SecureApplicationModel("partner", { ...leastArgs, cloud: "Azure" } as never)).toThrow("Azure");
  expect(declared).not.toHaveBeenCalled();
});

test("what is known later is taken, and so is a file of endpoints with its sign-in port", async () => {
  const later = (value: string) => pulumi.output(value);
  const { tenantId, displayName } = leastArgs;
  const args = {
    tenantId: later(tenantId as string),
    displayName: later(displayName as string),
    owners: [later("11111111-2222-4333-8444-555555555555")],
    endpoints: { ...ownEndpoints(), signInPort: 8600 },
  };
  expect(await refusalOf(args)).toBe("");
});

describe("a component alone", () => {
  const place = { cloud: "AzureCloud", tenantId };
  const consented = { ...place, clientId: "c", refreshTokenName: "r", credential: "c", permissions: [], ...consent };
  const vaultUri = "https://tokens.vault.azure.net/";
  const types = {
    AdoptedApplication,
    DelegatedGrants,
    ExistingVault,
    PartnerApplication,
    PartnerConsent,
    TokenVault,
  } as unknown as Record<string, new (name: string, args: object, opts: object) => pulumi.ComponentResource>;
  const madeWith = (type: string, args: object) => {
    const Component = types[type];
    return declared((opts) => {
      if (Component === undefined) throw new Error(type);
      // A resource takes no providers.
      return new Component("own", args, type === "PartnerConsent" ? {} : opts);
    });
  };

  test.each<[type: string, args: object, argument: string, found: string, setting?: string, allowed?: string]>([
    ["TokenVault", { ...place, ...vault, name: "my_vault" }, "name", '"my_vault"', "vault.name"],
    ["TokenVault", { ...place, ...vault, location: "usgovvirginia" }, "location", ofRegion, "vault.location"],
    ["TokenVault", { ...place, ...vault, tenantId: "x" }, "tenantId", '"x"', "", "the tenant's GUID"],
    ["TokenVault", { ...place, ...vault, protect: "no" }, "protect", '"no"', "protect"],
    ["TokenVault", { ...vault, tenantId }, "cloud", "nothing", "cloud"],
    [
      "TokenVault",
      { ...place, ...vault, networkRules: { ipRules: ["x"] } },
      "networkRules.ipRules[0]",
      '"x"',
      "vault.networkRules.ipRules[]",
    ],
    ["ExistingVault", { ...place, uri: "contoso-tokens" }, "uri", '"contoso-tokens"', "vault.uri"],
    ["PartnerConsent", { ...consented, vaultUri: "tokens" }, "vaultUri", '"tokens"', "vault.uri"],
    ["PartnerConsent", { ...consented, vaultUri, port: 80 }, "port", "80", "consent.port"],
    ["PartnerConsent", { ...consented, vaultUri, account: undefined }, "account", "nothing", "consent.account"],
    ["PartnerConsent", { ...consented, vaultUri, cloud: "Azure" }, "cloud", '"Azure"', "cloud"],
    ["PartnerApplication", { displayName: "", tenantId }, "displayName", '""', "displayName"],
    ["PartnerApplication", { displayName: "x", tenantId, owners: ["me"] }, "owners[0]", '"me"', "owners[]"],
    [
      "AdoptedApplication",
      { ...place, existingApplication: { clientId: "ours" } },
      "existingApplication",
      '{"clientId":"ours"}',
      "",
      "clientId and objectId, GUIDs",
    ],
    [
      "DelegatedGrants",
      { ...place, clientId: "c", permissions: [], adminConsent: "all" },
      "adminConsent",
      '"all"',
      "adminConsent",
    ],
  ])("%s: %j", async (type, args, argument, found, setting = "", allowed = ruleOf(setting)) => {
    await expect(madeWith(type, args)).rejects.toThrow(
      [
        `The arguments of ${type} "own" have 1 problem; docs/settings.md describes them:`,
        "",
        `  ${argument}`,
        `    found:   ${found}`,
        `    allowed: ${allowed}`,
      ].join("\n"),
    );
  });

  test("takes right arguments, and what is known later", async () => {
    const later = pulumi.output(vaultUri);
    await madeWith("TokenVault", { ...place, ...vault, tenantId: pulumi.output(tenantId) });
    await madeWith("ExistingVault", { ...place, uri: vaultUri });
    await madeWith("PartnerConsent", { ...consented, vaultUri: later, mode: "auto" });
  });
});
