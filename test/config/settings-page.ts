/** docs/settings.md, from the settings' own descriptions. */
import { settings, settingsByPath } from "../../config/catalogue";
import type { Setting } from "../../config/kinds";
import { markdownTable } from "../support/markdown-table";

const columns = ["setting", "what it is", "what it may be", "without it", "example"];

/** The settings that have no others below them, then a section for each of those that have. */
export function settingsPage(): string {
  const top = Object.entries(settings.entries);
  const alone = ([, { entries }]: readonly [string, Setting]) => entries === undefined;
  const sections = top.filter((one) => !alone(one)).map(([name, setting]) => sectionOf(name, setting));
  const rows = [...settingsByPath].filter(([path]) => top.filter(alone).some(([name]) => plain(path) === name));
  return [...introduction, ...table(rows), ...sections.flat()].join("\n");
}

const introduction = [
  "# Settings",
  "",
  "<!-- Written from config/catalogue.ts: WRITE_PAGES=1 npm test -- settings-page -->",
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
  "`vault.uri` in place of the vault's other settings, and with both of them `clientSecret.vaultSecretName` in place of a new client secret.",
  "",
  "Every problem of a configuration is reported at once, with the command that fixes it, before anything is created.",
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
