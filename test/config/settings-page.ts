/** docs/settings.md, from the settings' own descriptions. */
import { settingsByPath } from "../../lib/config/catalogue";
import type { Setting } from "../../lib/config/kinds";
import { markdownTable } from "../support/markdown-table";

const columns = ["setting", "what it is", "what it may be", "default", "example"];

/** In one table, each setting with nested ones before them. */
export function settingsPage(): string {
  const rows = [...settingsByPath].map(([path, setting]) => rowOf(path, setting));
  return [...introduction, markdownTable(columns, rows), ""].join("\n");
}

const introduction = [
  "# Settings",
  "",
  "<!-- Written from lib/config/catalogue.ts: WRITE_PAGES=1 npm test -- settings-page -->",
  "",
  "All of them are in the namespace `secure-application-model`, and none is a secret. What lies below another one, or in a list, needs `--path`:",
  "",
  "```",
  "pulumi config set secure-application-model:cloud AzureCloud",
  "pulumi config set --path secure-application-model:vault.name contoso-partner-tokens",
  "pulumi config set --path 'secure-application-model:vault.readers[0].principalId' <object id>",
  "```",
  "",
  "What exists is named in place of a description: `existingApplication` in place of `displayName` and `owners`,",
  "`vault.uri` in place of the vault's other settings, and with both of them `credential.vaultSecretName` in place of a new client secret.",
  "Every problem of a configuration is reported at once, with the command that fixes it, before anything is created.",
  "",
  "Outputs, none of which is a secret: `applicationId`, `applicationObjectId`, `servicePrincipalObjectId`, `tenantId`, `cloud`, `vaultUri`,",
  "`refreshTokenName`, `clientSecretName`, and `consent` with its health, account and dates.",
  "",
  "## Before you choose",
  "",
  "- **`configurePreconsent`**: AdminAgents act in customers' tenants wherever delegated admin privileges (DAP) still exist. Under granular ones (GDAP)",
  "  it grants nothing: each customer consents, with `secure-app-model customers consent <customer>`.",
  "- A permission that is declared late is proven by redeeming: `pulumi up` prints what is missing and who grants it.",
  "- **`credential.kind: certificate`** is recommended: no state, log or memory has a credential of the application. Whoever redeems needs",
  "  Key Vault Crypto User on its key ([roles](runbook.md#roles)); `vault.readers` have it.",
  "- **`vault`**: its purge protection cannot be taken back. Network rules, diagnostics and readers change in place; location, retention and",
  "  resource group of a vault that exists do not: the preview fails.",
  "- **`vault.diagnostics`** is recommended: without it nothing records who read a secret. It sends the category group `audit`; whoever deploys",
  "  needs [a right on the place](runbook.md#roles) that it goes to.",
  "",
  "## All settings",
  "",
];

/** An object's names are those of the rows below it; an example only where the rest of the row does not show one. */
function rowOf(path: string, { about, allowed, absent = "", example = "", entries }: Setting): string[] {
  const shown = entries !== undefined || example.startsWith("<") || `${allowed} ${absent}`.includes(example);
  const form = allowed.replace(/^an object: [^;]*/u, "an object");
  return [`\`${path}\``, about, form, absent.replace(/^default:? /u, ""), shown ? "" : `\`${example}\``];
}
