import { VerificationError } from "../../lib/consent/errors";
import { importedToken, importToken } from "../../lib/consent/import-token";
import { failureOf } from "../oauth/failure";
import { refusal } from "../oauth/fake-entra";
import { MemoryVault, redeeming, rolled, target, version } from "./fixtures";

let vault: MemoryVault;
jest.mock("../../lib/vault/secrets", () => ({ Vault: jest.fn(() => vault) }));
jest.mock("../../lib/azure/credential", () => ({ azureCredential: () => undefined }));

beforeEach(() => {
  vault = MemoryVault.withSecret(version("v1", "2026-11-01T08:00:00Z"));
});
afterEach(() => {
  jest.restoreAllMocks();
});

const importing = () => importToken(target, "imported-canary", () => undefined);

test("what is stored is the rolled token of what was redeemed and verified", async () => {
  const sent = redeeming(rolled());
  const before = new Date().toISOString();
  const facts = await importing();
  expect(facts).toEqual({ ...facts, health: "ok", version: "stored-2", accountName: "svc@partner.example" });
  expect(facts.consentedOn >= before).toBe(true);
  expect(sent.at(-1)?.form["refresh_token"]).toBe("imported-canary");
  expect((vault.kept.get(target.refreshTokenName) ?? []).map(({ secret }) => secret.value)).toEqual([
    "value of v1",
    "rolled",
  ]);
  expect(vault.enabled).toEqual({ v1: false, "stored-2": true });
});

// Another account's: test/cli/consent.test.ts.
test("a token that is another application's is not stored", async () => {
  redeeming(refusal("invalid_grant", "AADSTS700007: The provided grant was issued to another client."));
  const attempt = importing();
  await expect(attempt).rejects.toThrow(VerificationError);
  await expect(attempt).rejects.toThrow(
    /AADSTS700007: .* Nothing was stored\. Name the application that got the token: /u,
  );
  expect(vault.enabled).toEqual({ v1: true });
});

test.each([
  ["70000", "consent", "AADSTS70000: Provided grant is invalid or malformed."],
  ["700082", "consent", "AADSTS700082: The refresh token has expired due to inactivity."],
  ["50173", "consent", "AADSTS50173: The provided grant has expired due to it being revoked."],
  ["7000222", "secret", "AADSTS7000222: The provided client secret keys are expired."],
])("AADSTS%s stays what it is", async (code, remedy, description) => {
  redeeming(refusal("invalid_grant", description));
  const failure = await failureOf(importing());
  expect(failure).toMatchObject({ name: "EntraError", aadsts: Number(code), remedy });
  expect(JSON.stringify(failure)).not.toContain("imported-canary");
});

describe("standard input", () => {
  test.each(["1.Atoken_of-Entra.x", "\uFEFF1.Atoken\r\n", "  0.AXoken\n\n"])("%j holds a token", (text) => {
    expect(importedToken(text)).toBe(text.replace("\uFEFF", "").trim());
  });

  test.each([
    ["", "was empty"],
    [" \r\n", "was empty"],
    ['"canary"', "holds quotes or JSON, not a bare refresh token"],
    ['{"refresh_token": "canary"}', "holds quotes or JSON, not a bare refresh token"],
    ["canary canary", "holds more than one word, so it is not a refresh token"],
    [`eyJhcanary.eyJhcanary.sig`, "holds an access or id token, not a refresh token"],
    ["canäry", "holds no refresh token that Entra could have issued"],
    ["canary".repeat(4000), "holds no refresh token that Entra could have issued"],
  ])("%j holds none, and nothing of it is repeated", (text, what) => {
    const attempt = () => importedToken(text);
    expect(attempt).toThrow(VerificationError);
    expect(attempt).toThrow(
      `Standard input ${what}. Nothing was stored. Pipe only the refresh token, from its vault: az keyvault secret show --vault-name '<vault>' --name '<secret>' --query value -o tsv | secure-app-model '<command>'`,
    );
  });
});
