/** Wrong arguments of a program of one's own: each is refused by its setting's rule, before anything is declared. */
import * as pulumi from "@pulumi/pulumi";
import { SecureApplicationModel } from "../../components/secure-application-model";
import { settingsByPath } from "../../lib/config/catalogue";
import { ownEndpoints } from "../support/own-endpoints";
import { leastArgs, stackWith } from "./model";

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
