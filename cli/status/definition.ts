/** The name, options and help of `status`. */
import { failBeforeDays, warnBeforeDays } from "../../lib/config/limits";
import { type Definition, numberOption, option } from "../options/define";
import { atOnce, jsonLines, issue, markdown, notify, project, partner } from "../options/shared-options";

export const status: Definition = {
  name: "status",
  about: "print when refresh tokens and client secrets expire; reads only the vault's metadata",
  options: [
    ...partner,
    option("--stack <name>", "take cloud and vault from a stack's configuration and outputs"),
    ...project,
    jsonLines,
    atOnce,
    numberOption("--warn-days <number>", "warn this many days before the end", warnBeforeDays),
    numberOption("--fail-days <number>", "fail this many days before the end", failBeforeDays),
    option(
      "--probe",
      "also redeem each token for all declared resources, and ask Partner Center whether it was issued with MFA",
    ),
    issue("for this vault while something in it is not ok"),
    notify("what is not ok"),
    markdown,
    option("--html <file>", "also write a page with all ends and fixes, and no secret"),
    option("--open", "open that page in the browser, until Ctrl-C"),
  ],
  help: `Exit codes: 0 ok, warnings included; 3 a token must be consented to or renewed; 4 a client secret must be rotated;
1 could not tell. If several apply, 4 comes before 3, and 3 before 1. Only --probe shows that a token was revoked.
--issue needs GITHUB_TOKEN (permission issues: write) and GITHUB_REPOSITORY.

Example:
  secure-app-model status --cloud AzureCloud --vault https://contoso.vault.azure.net --probe
  secure-app-model status --probe --issue --notify
  secure-app-model status --html status.html`,
  run: "status",
};
