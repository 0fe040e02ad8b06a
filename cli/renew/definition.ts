import { type Definition, option } from "../options/define";
import { atOnce, jsonLines, partner } from "../options/shared-options";

export const renew: Definition = {
  name: "renew",
  about: "replace the vault's refresh tokens, or one tenant's, with new ones, without a sign-in",
  options: [
    ...partner,
    jsonLines,
    atOnce,
    option(
      "--if-older-than <age>",
      "keep tokens that are younger than this, such as 7d or 12h, and that Entra still accepts",
    ),
    option("--failures <file>", "the file for failures and their fixes, CSV or .jsonl; default: they are printed"),
  ],
  help: `With several tokens the last lines count the failures by reason.

Needs the role Key Vault Secrets Officer on the refresh token's secret and Key Vault Secrets User on the client secret's;
without --partner-tenant it lists the vault's secrets as well.

Example:
  secure-app-model renew --cloud AzureCloud --vault https://contoso.vault.azure.net --if-older-than 7d`,
  run: "renewTokens",
};
