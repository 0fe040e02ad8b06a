/** docs/settings.md, from the settings' own descriptions. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { settings, settingsByPath } from "../../lib/config/catalogue";
import type { Setting } from "../../lib/config/kinds";
import { markdownTable } from "../support/markdown-table";

const columns = ["setting", "purpose", "values", "default"];

/** Names below the namespace, in the order of the page, and what a reader of the group knows first. */
const groups: readonly { title: string; names: readonly string[]; note?: string }[] = [
  {
    title: "Cloud and tenant",
    names: ["cloud", "tenantId", "subscriptionId", "endpoints"],
    note: "`endpoints`, for a custom cloud or the embedded one, may also be the path of a JSON file with these members.",
  },
  {
    title: "Application",
    names: [
      "displayName",
      "existingApplication",
      "changeSignInAudience",
      "owners",
      "outOfBandReplyUrl",
      "protect",
      "replaceApplication",
    ],
    note: "`existingApplication` replaces `displayName` and `owners`.",
  },
  {
    title: "Permissions",
    names: ["azureManagement", "delegatedGraph", "permissions", "adminConsent", "configurePreconsent"],
  },
  {
    title: "Consent",
    names: ["consent"],
  },
  {
    title: "Credential",
    names: ["credential"],
  },
  {
    title: "Vault",
    names: ["vault"],
    note:
      "The vault holds the tokens and the credential. `vault.uri` replaces the other settings. Purge protection is permanent; the preview fails if location, retention or " +
      "resource group of an existing vault change. Diagnostics need [rights](runbook.md#roles) of the deployer.",
  },
  {
    title: "CI",
    names: ["ci"],
    note: "The identities of CI have a separate stack, without a model, that a person runs ([ci.md](ci.md)).",
  },
];

function settingsPage(): string {
  const sections = groups.flatMap(({ title, names, note }) => {
    const rows = names.flatMap((name) =>
      [...settingsByPath]
        .filter(
          ([path, { entries }]) => /^\w+/u.exec(path)?.[0] === name && !path.endsWith("[]") && entries === undefined,
        )
        .map(rowOf),
    );
    return ["", `## ${title}`, "", ...(note === undefined ? [] : [note, ""]), markdownTable(columns, rows)];
  });
  return [...introduction, ...sections, ""].join("\n");
}

const introduction = [
  "# Settings",
  "",
  "<!-- Written from lib/config/catalogue.ts: WRITE_PAGES=1 npm test -- settings-page -->",
  "",
  "For whoever configures a stack. The settings are in the namespace `secure-application-model`. No setting and no output is a secret. " +
    "Nested settings and lists need `--path`. A required nested setting is required only where a neighbour is set:",
  "",
  "```",
  "pulumi config set secure-application-model:cloud AzureCloud",
  "pulumi config set --path secure-application-model:vault.name contoso-partner-tokens",
  "pulumi config set --path 'secure-application-model:vault.readers[0].principalId' <object id>",
  "```",
  "",
  "The template's stack names a JSON schema in its first line. With it an editor with yaml-language-server (for Visual Studio Code the extension YAML) " +
    "completes and explains the settings, and underlines mistakes. Only a deployment checks which settings go together.",
  "",
  "The outputs are `applicationId`, `applicationObjectId`, `servicePrincipalObjectId`, `tenantId`, `cloud`, `vaultUri`, `refreshTokenName`, " +
    "`credential` with its name and generations, and `consent` with its health, account and dates.",
];

/** Objects have no rows, their members have; a list's values are those of its entries. */
function rowOf([path, { about, allowed, absent = "", entry }]: readonly [string, Setting]): string[] {
  const values = entry === undefined || entry.entries !== undefined ? allowed : `a list, each ${entry.allowed}`;
  const form = values.replace(/^a whole number (?:of )?/u, "");
  return [`\`${path}\``, about, form, absent.replace(/^default:? /u, "")];
}

const repository = join(__dirname, "..", "..");
const page = join(repository, "docs", "settings.md");

test("every setting is in one group", () => {
  expect(groups.flatMap(({ names }) => names).toSorted()).toEqual(Object.keys(settings.entries).toSorted());
});

test("docs/settings.md is what the settings say of themselves; WRITE_PAGES=1 npm test -- settings-page writes it", () => {
  if (process.env["WRITE_PAGES"]) writeFileSync(page, settingsPage());
  expect(readFileSync(page, "utf8")).toBe(settingsPage());
});
