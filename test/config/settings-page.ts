/** docs/settings.md, from the settings' own descriptions. */
import { settings, settingsByPath } from "../../lib/config/catalogue";
import type { Setting } from "../../lib/config/kinds";
import { markdownTable } from "../support/markdown-table";

const columns = ["setting", "what it is", "what it may be", "without it", "example"];

/** The settings without nested ones, then a section for each setting with nested ones. */
export function settingsPage(): string {
  const top = Object.entries(settings.entries);
  const alone = ([, { entries }]: readonly [string, Setting]) => entries === undefined;
  const sections = top.filter((one) => !alone(one)).map(([name, setting]) => sectionOf(name, setting));
  const rows = [...settingsByPath].filter(([path]) => top.filter(alone).some(([name]) => plain(path) === name));
  return [...introduction, "## All settings", "", ...table(rows), ...sections.flat()].join("\n");
}

const introduction = [
  "# Settings",
  "",
  "<!-- Written from lib/config/catalogue.ts: WRITE_PAGES=1 npm test -- settings-page -->",
  "",
  "All of them are in the namespace `secure-application-model`, and none is a secret. `pulumi config set` sets one of the stack that is selected; what lies below",
  "another one, or in a list, needs `--path`:",
  "",
  "```",
  "pulumi config set secure-application-model:cloud AzureCloud",
  "pulumi config set --path secure-application-model:vault.name contoso-partner-tokens",
  "pulumi config set --path 'secure-application-model:vault.readers[0].principalId' <object id>",
  "```",
  "",
  "What a stack makes has to be described, and what exists is named instead: `existingApplication` in place of `displayName` and `owners`,",
  "`vault.uri` in place of the vault's other settings, and with both of them `credential.vaultSecretName` in place of a new client secret.",
  "",
  "Every problem of a configuration is reported at once, with the command that fixes it, before anything is created.",
  "",
  "Outputs: `applicationId`, `applicationObjectId`, `servicePrincipalObjectId`, `tenantId`, `cloud`, `vaultUri`, `refreshTokenName`, `clientSecretName`, and `consent` with its",
  "health, account and dates. No output is a secret.",
  "",
  "## Before you choose",
  "",
  "- **`configurePreconsent`** makes the service principal a member of AdminAgents, whose members act in customers' tenants wherever delegated admin",
  "  privileges (DAP) still exist. Under their successor, granular delegated admin privileges (GDAP), it grants nothing: each customer consents instead, with",
  "  `secure-app-model customers consent <customer>`.",
  "- **`azureManagement`**: the model's own permissions have none for Azure Resource Manager, so Entra refuses an Azure token with AADSTS65001 until this is on",
  "  and granted. **`delegatedGraph`**: the model's two Microsoft Graph permissions are application permissions, so a delegated Graph token carries nothing until this is on.",
  "- **`permissions.extra`**: any other permission, by name or id, of any resource. What is declared late is proven by redeeming: `pulumi up` prints what is",
  "  missing and who grants it.",
  "- **`credential.kind: certificate`** is recommended: the vault makes a certificate and signs with it, so that no state, log or memory has a credential of the application.",
  "  Whoever redeems needs Key Vault Crypto User on its key ([roles](runbook.md#roles)); `vault.readers` have it.",
  "- **`protect`**: `pulumi destroy` refuses while it is on, also with `--skip-preview`, before anything is deleted. An application that is made anew has another client id: every",
  "  customer has to consent again.",
  "- Purge protection of the vault cannot be taken back. `vault.networkRules`, `vault.diagnostics` and `vault.readers` change in place; of a vault that exists, `vault.location`,",
  "  `vault.retentionDays` and `vault.resourceGroupName` do not change: the preview fails.",
  "- **`vault.diagnostics`** is recommended: without it nothing records who read a secret. It sends the category group `audit`; whoever deploys needs [a right on the place](runbook.md#roles) that it goes to.",
  "- **`consent.takeOverFrom`**: one stack keeps a token, and the token's tag names that stack. A second stack on the same vault is refused in the preview, unless it takes the token over.",
  "",
];

function sectionOf(name: string, setting: Setting): string[] {
  const rows = [...settingsByPath].filter(([path]) => path.startsWith(`${name}.`));
  const words = `${setting.about.slice(0, -1)}: ${setting.allowed} (${setting.absent ?? ""}).`;
  return [`## ${name}`, "", words, "", ...table(rows)];
}

function table(settings: (readonly [string, Setting])[]): string[] {
  const rows = settings.map(([path, { about, allowed, absent = "", example }]) => [
    `\`${path}\``,
    about,
    allowed,
    absent,
    example === undefined ? "" : `\`${example}\``,
  ]);
  return [markdownTable(columns, rows), ""];
}

const plain = (path: string): string => path.replace("[]", "");
