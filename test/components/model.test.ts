/** What each argument changes in the smallest model is in model.txt, where every other resource stays as it is; WRITE_PAGES=1 writes it. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { SecureApplicationModelArgs } from "../../components/secure-application-model";
import { useClock } from "../../lib/startup/clock";
import { clientSecret } from "../providers/provider-answers";
import { ownEndpoints } from "../support/own-endpoints";
import type { Stack } from "./declared";
import { leastArgs, type MadeModelArgs, stackWith, tenantId } from "./model";
import { partnerCenter } from "./requested-permissions";
import { differences } from "./shown-stack";

const vault = leastArgs.vault as Extract<MadeModelArgs["vault"], { name: string }>;
const reader = { principalId: "11111111-2222-4333-8444-555555555555", principalType: "Group" } as const;
const day = "2026-11-26";
const secret = (number: number) => ({ number, kind: "secret" as const, day });
const certificate = (number: number) => ({ number, kind: "certificate" as const, day });
const made = { generations: [certificate(1)] };
const places = "/subscriptions/11111111-2222-4333-8444-555555555555/resourceGroups/security/providers";
const workspace = `${places}/Microsoft.OperationalInsights/workspaces/audit`;
const ofPartnerCenter = {
  resource: "Microsoft Partner Center",
  resourceAppId: partnerCenter.resourceAppId,
  value: "user_impersonation",
};
const ofContoso = { resource: "Contoso API", resourceAppId: "contoso-api", id: "77aa", value: "Orders.Read" };
const theirVault = { uri: "https://own-tokens.vault.azure.net" };
const stored = { vaultSecretName: "portal-secret", generations: [] };
const { displayName: _displayName, ...others } = leastArgs;
const existingApplication = {
  clientId: "33333333-2222-4333-8444-555555555555",
  objectId: "44444444-2222-4333-8444-555555555555",
};

type Changes = Partial<MadeModelArgs>;
const changed: Readonly<Record<string, Changes>> = {
  "pre-consent makes the service principal a member of AdminAgents, which is looked up": { configurePreconsent: true },
  "azureManagement adds Azure Resource Manager behind the model's own permissions": { azureManagement: true },
  "delegatedGraph adds User.Read behind Graph's own permissions": { delegatedGraph: true },
  "without what is legacy, Azure AD Graph and every application permission are left out": {
    permissions: { legacy: false },
  },
  "without the out-of-band reply URL, that for the sign-in is left": { outOfBandReplyUrl: false },
  "permissions of any resource come behind the model's own, what the model has already once": {
    permissions: {
      extra: [
        { ...ofPartnerCenter, id: "1cebfa2a-fb4d-419e-b5f9-839b4383e05a", type: "Scope" },
        { ...ofPartnerCenter, id: "0b7c", type: "Role" },
        { ...ofContoso, type: "Scope" },
      ],
    },
  },
  "adminConsent grants what is declared to the service account, once the application is there; the consent comes after it":
    { adminConsent: "account", azureManagement: true },
  "adminConsent for everybody needs no account": { adminConsent: "everybody", consent: { mode: "never" } },
  "named owners are kept to, whoever deploys": {
    owners: [reader.principalId, existingApplication.objectId],
  },
  "the generation before stays declared beside the current one, which the record has on top; the consent names the record as before":
    { credential: { generations: [secret(2), secret(1)] } },
  "the months of a new secret are its end's, and the record's": {
    credential: { generations: [secret(1)], validityMonths: 6 },
  },
  "readers may read the secrets, and no more": { vault: { ...vault, readers: [reader] } },
  "network rules close the vault to everybody else": {
    vault: { ...vault, networkRules: { ipRules: ["203.0.113.0/24", "198.51.100.7"] } },
  },
  "the vault's audit log goes to a workspace": { vault: { ...vault, diagnostics: workspace } },
  "or to a storage account": { vault: { ...vault, diagnostics: `${places}/microsoft.storage/storageaccounts/audit` } },
  "the setting of a deleted vault comes back with it: it is taken away before it is made": {
    vault: { ...vault, diagnostics: workspace, found: { state: "deleted" } },
  },
  "a vault that was looked for, and is there or still to be made, is asked for as every other one": {
    vault: { ...vault, found: { state: "live" } },
  },
  "a deleted vault is recovered, and given the rules afterwards": { vault: { ...vault, found: { state: "deleted" } } },
  "retention is the vault's": { vault: { ...vault, retentionDays: 7 } },
  "an existing resource group is not declared": { vault: { ...vault, createResourceGroup: false } },
  "a stack that comes and goes protects nothing": { protect: false },
  "endpoints and consent settings reach what runs in the engine's process": {
    endpoints: ownEndpoints(),
    consent: { mode: "never", deadlineMinutes: 3, warnBeforeDays: 14, port: 9400 },
  },
  "a certificate takes the client secret's place: made in the vault, trusted by the application, named by the consent; readers sign with that key alone":
    { credential: made, vault: { ...vault, readers: [reader] } },
  "in a vault that exists it is made by the vault's own roles, with the months that were asked for": {
    vault: theirVault,
    credential: { ...made, validityMonths: 6 },
  },
  "a move from a secret to a certificate has both, in one record": {
    credential: { generations: [certificate(2), secret(1)] },
  },
  "a move from a certificate to a secret, too": { credential: { generations: [secret(2), certificate(1)] } },
  "two certificates are versions of one, the older one first": {
    credential: { generations: [certificate(2), certificate(1)] },
  },
  "an application that is made may use a vault that exists": { vault: theirVault },
};

const adopted: Readonly<Record<string, Partial<SecureApplicationModelArgs>>> = {
  "an adopted application is declared as what is added to it, and its secret only once it is adopted": {},
  "the adoption gets groups, extra permissions and the audience": {
    ...{ configurePreconsent: true, azureManagement: true, delegatedGraph: true, changeSignInAudience: true },
    endpoints: ownEndpoints(),
  },
  "the out-of-band reply URL is not added where it is not wanted": { outOfBandReplyUrl: false },
  "on an adopted application a certificate stands beside what is there": { credential: made },
  "a vault that exists gets the secret over its own data plane, and nothing of it is declared": { vault: theirVault },
  "a client secret that is in the vault already is used by its name, and none is made": {
    ...{ credential: stored, vault: theirVault },
  },
};

let least: Stack;
let restore = (): void => undefined;
beforeAll(async () => {
  // A client secret's end is a day in so many months.
  restore = useClock(() => Date.parse(`${day}T12:00:00Z`));
  least = await stackWith(leastArgs);
});
afterAll(() => {
  restore();
});

test("the least model, and what each argument changes in it", async () => {
  const shown: NonNullable<Parameters<typeof differences>[2]> = new Map();
  const texts = [["# the least model", ...differences(least, undefined, shown)]];
  for (const [name, changes] of Object.entries(changed))
    texts.push([`# ${name}`, ...differences(await stackWith({ ...leastArgs, ...changes }), least, shown)]);
  let first = least;
  for (const [name, changes] of Object.entries(adopted)) {
    const args = { ...others, existingApplication, ...changes } as SecureApplicationModelArgs;
    // One after the other: declared resources go to the mocks of the process.
    const stack = await stackWith(args);
    texts.push([`# ${name}`, ...differences(stack, first, shown)]);
    if (first === least) first = stack;
  }
  const file = join(__dirname, "model.txt");
  const text = texts.map((lines) => `${lines.join("\n")}\n`).join("\n");
  if (process.env["WRITE_PAGES"]) writeFileSync(file, text);
  expect(text).toBe(readFileSync(file, "utf8"));
});

test("the client secret goes to the record, as a secret, and nowhere else", () => {
  const holders = Object.entries(least.resources).filter(([, one]) => JSON.stringify(one).includes(clientSecret));
  expect(holders.map(([key]) => key)).toEqual(["CredentialRecord partner"]);
  expect(JSON.stringify(least.outputs)).not.toContain(clientSecret);
});

test("an application has an identifier of its own in each tenant, and the same in every run", async () => {
  const again = await stackWith(leastArgs);
  expect(differences(again, least)).toEqual([]);
  const other = await stackWith({ ...leastArgs, tenantId: `d${tenantId.slice(1)}` });
  expect(differences(other, least).join()).toMatch(/identifierUris \+ "https:\/\/partner\.example\/[0-9a-f-]{36}"/u);
});
