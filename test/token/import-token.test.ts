/** Standard input of an import; what comes of a token: test/cli/consent.test.ts. */
import { VerificationError } from "../../lib/token/errors";
import { importedToken } from "../../lib/token/import-token";

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
