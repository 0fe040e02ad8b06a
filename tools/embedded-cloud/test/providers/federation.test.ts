/** The address and the audience of each local plugin's token requests: those of the real ones, which differ. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  azureadFederation,
  azureNativeFederation,
  federation,
  type FederationRules,
} from "../../providers/base/federation";
import { serverCertificate } from "../../emulator/certificate";
import { trust } from "../../testing/emulator";
import { claimsOf } from "../../testing/oauth";
import { type OidcIssuer, startOidcIssuer } from "../../testing/oidc-issuer";

let folder: string;
let issuer: OidcIssuer;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "plugin-federation-"));
  issuer = await startOidcIssuer(folder);
  trust((await serverCertificate(folder)).caFile);
});
afterAll(async () => {
  await issuer.close();
  await rm(folder, { recursive: true });
});

const government = "api://AzureADTokenExchangeUSGov";
const global = "api://AzureADTokenExchange";
type Variables = Record<string, string>;

/** The audience of the token that the plugin gets, with GitHub's own variables set. */
async function audienceFor(rules: FederationRules, more: (url: string) => Variables): Promise<unknown> {
  const runner = issuer.variablesFor({ repository: "a/b", environment: "x" });
  const environment = { ...runner, ARM_USE_OIDC: "true", ...more(runner.ACTIONS_ID_TOKEN_REQUEST_URL) };
  return claimsOf(await federation(rules, environment)?.())["aud"];
}

test.each<[string, FederationRules, (url: string) => Variables, string]>([
  ["azuread, left alone", azureadFederation, () => ({}), global],
  [
    "azuread, with an audience in the address",
    azureadFederation,
    (url) => ({ ARM_OIDC_REQUEST_URL: `${url}&audience=${government}` }),
    government,
  ],
  ["azuread does not read ARM_OIDC_AUDIENCE", azureadFederation, () => ({ ARM_OIDC_AUDIENCE: government }), global],
  ["azure-native, left alone", azureNativeFederation, () => ({}), global],
  [
    "azure-native, with ARM_OIDC_AUDIENCE",
    azureNativeFederation,
    () => ({ ARM_OIDC_AUDIENCE: government }),
    government,
  ],
  [
    "azure-native reads no address of its own",
    azureNativeFederation,
    () => ({ ARM_OIDC_REQUEST_URL: "https://127.0.0.1:2" }),
    global,
  ],
])("%s: %#", async (_, rules, more, audience) => {
  expect(await audienceFor(rules, more)).toBe(audience);
});

test("without ARM_USE_OIDC nothing is asked, and with it and no address it says which are missing", () => {
  expect(federation(azureadFederation, issuer.variablesFor({ repository: "a/b", environment: "x" }))).toBeUndefined();
  expect(() => federation(azureNativeFederation, { ARM_USE_OIDC: "true" })).toThrow(
    /neither a token nor an address.*ACTIONS_ID_TOKEN_REQUEST_URL, ACTIONS_ID_TOKEN_REQUEST_TOKEN/u,
  );
});
