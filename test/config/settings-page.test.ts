/** docs/settings.md, from the settings' own descriptions. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { settingsByPath } from "../../lib/config/catalogue";
import type { Setting } from "../../lib/config/kinds";
import { markdownTable } from "../support/markdown-table";

const columns = ["setting", "what it is", "what it may be", "default", "example"];

/** In one table, each setting with nested ones before them. */
function settingsPage(): string {
  const rows = [...settingsByPath].map(([path, setting]) => rowOf(path, setting));
  return [...introduction, markdownTable(columns, rows), ""].join("\n");
}

const introduction = [
  "# Settings",
  "",
  "<!-- Written from lib/config/catalogue.ts: WRITE_PAGES=1 npm test -- settings-page -->",
  "",
  "All settings are in the namespace `secure-application-model`, and none is a secret. Nested settings and lists need `--path`:",
  "",
  "```",
  "pulumi config set secure-application-model:cloud AzureCloud",
  "pulumi config set --path secure-application-model:vault.name contoso-partner-tokens",
  "pulumi config set --path 'secure-application-model:vault.readers[0].principalId' <object id>",
  "```",
  "",
  "Existing resources replace a description: `existingApplication` replaces `displayName` and `owners`,",
  "`vault.uri` the vault's other settings, and with both of them `credential.vaultSecretName` a new client secret.",
  "",
  "Outputs, none of which is a secret: `applicationId`, `applicationObjectId`, `servicePrincipalObjectId`, `tenantId`, `cloud`, `vaultUri`,",
  "`refreshTokenName`, `credential` with its name and generations, and `consent` with its health, account and dates.",
  "",
  "## Before you choose",
  "",
  "- **`configurePreconsent`**: AdminAgents act in customers' tenants wherever delegated admin privileges (DAP) still exist. Under granular ones (GDAP)",
  "  it grants nothing: each customer consents, with `secure-app-model customers consent <customer>`.",
  "- **`credential.kind: certificate`**: no state, log or memory has a credential of the application. Who gets tokens needs",
  "  Key Vault Crypto User on its key ([roles](runbook.md#roles)); `vault.readers` have it.",
  "- **`vault`**: purge protection is permanent. Network rules, diagnostics and readers change in place; location, retention and",
  "  resource group of a vault that exists do not: the preview fails.",
  "- **`vault.diagnostics`** is recommended: without it nothing records who read a secret. The deployer needs",
  "  [a right on the place](runbook.md#roles) that it goes to.",
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

const repository = join(__dirname, "..", "..");
const page = join(repository, "docs", "settings.md");

test("docs/settings.md is what the settings say of themselves; WRITE_PAGES=1 npm test -- settings-page writes it", () => {
  if (process.env["WRITE_PAGES"]) writeFileSync(page, settingsPage());
  expect(readFileSync(page, "utf8")).toBe(settingsPage());
});
