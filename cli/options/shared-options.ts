/** Options that several commands have. */
import type { Option } from "commander";
import { cloudNames } from "../../lib/config/clouds";
import { concurrency } from "../../lib/config/limits";
import { targetVariables as variables, webhookVariable } from "../../lib/config/own-variables";
import { numberOption, option, suggesting } from "./define";

export const json = option("--json", "print JSON, failures too");

export const jsonLines = option(
  "--json-lines",
  "print JSON, one document per line as results arrive, failures too",
).conflicts("json");

export const markdown = option("--markdown <file>", "also write it as Markdown, such as a job's summary");

export const issue = (what: string): Option => option("--issue", `keep one issue on GitHub open ${what}`);

export const notify = (what: string): Option =>
  option("--notify", `post ${what} to the Teams or Slack webhook in ${webhookVariable}`);

export const cloud = suggesting(option("--cloud <name>", `the cloud; or ${variables["--cloud"]}`), cloudNames);

export const endpoints = option(
  "--endpoints <json>",
  `endpoint overrides of a custom cloud, JSON or a file with it; or ${variables["--endpoints"]}`,
);

export const target = [cloud, option("--vault <uri>", `the vault's URI; or ${variables["--vault"]}`), endpoints, json];

export const partner = [
  ...target,
  option("--partner-tenant <id>", "the partner tenant, GUID or domain, if the vault has tokens of several"),
];

export const stack = option("--stack <name>", "the stack, as `pulumi stack ls` names it").makeOptionMandatory();
export const atOnce = numberOption("--concurrency <number>", "number of tokens at once", concurrency);
export const folder = option("--cwd <folder>", "the folder of Pulumi.yaml; default: the current one");
export const project = [
  folder,
  option("--config-file <file>", "the stack's configuration file; default: Pulumi.<stack>.yaml"),
];
