/** The problems of a configuration: each with its path, what was found, what is allowed, and the command that mends it. */
import type * as v from "valibot";
import { settingRules } from "./rules";

/** The namespace of all settings: the project's name in Pulumi.yaml. */
export const namespace = "secure-application-model";

/** One problem: what is wrong with a value by its own rule, or why there may be none. */
export type Problem = { path: string } & (
  | {
      /** As it is shown. */
      found: string;
      /** For the fix, where the setting's own example would not do. */
      example?: string;
      /** Another setting that may be the wrong one, and what it would have to be. */
      or?: { path: string; value: string } | undefined;
    }
  | {
      found: string;
      /** What would be allowed there, in place of the setting's rule; the setting is to be removed. */
      allowedInstead: string;
    }
  | {
      /** The whole text. */
      why: string;
    }
);

/** How a value is shown. */
export const shown = (value: unknown): string => (value === undefined ? "nothing" : JSON.stringify(value));

/** All of them, ready to print, in the order of the settings. */
export function describe(problems: readonly Problem[]): string {
  const inOrder = [...problems].sort((one, other) => rankOf(one.path) - rankOf(other.path));
  // A value may break several parts of its rule; the rule is told once.
  const texts = [...new Set(inOrder.map(textOf))];
  const count = texts.length === 1 ? "1 problem" : `${texts.length} problems`;
  return `The configuration of this stack has ${count}:\n\n${texts.join("\n\n")}\n`;
}

/** What the schema says of a value. */
export function problemOf(issue: v.BaseIssue<unknown>): Problem {
  const keys = (issue.path ?? []).map((item) => (item as { key: unknown }).key);
  const path = keys.reduce<string>(
    (text, key) => (typeof key === "number" ? `${text}[${key}]` : text === "" ? String(key) : `${text}.${String(key)}`),
    "",
  );
  if (issue.type === "strict_object" && issue.expected === "never") {
    return { path, found: "a setting that does not exist", allowedInstead: siblings(path).join(", ") };
  }
  // Not the issue's input: a check over several settings has the object around them there.
  const found = issue.path?.at(-1)?.value;
  if (found === "AzureGermanCloud") return { path, found: "AzureGermanCloud, which closed on 2021-10-29" };
  return { path, found: shown(found) };
}

function textOf(problem: Problem): string {
  const setting = `${namespace}:${problem.path}`;
  if ("why" in problem) return `  ${setting}\n    ${problem.why}`;
  const lines = [`found:   ${problem.found}`];
  if ("allowedInstead" in problem) {
    lines.push(`allowed: ${problem.allowedInstead}`, `fix:     pulumi config rm --path '${setting}'`);
  } else {
    const { path, example, or } = problem;
    const rule = settingRules[plain(path)];
    lines.push(`allowed: ${rule?.allowed ?? "see the README's table of settings"}`);
    lines.push(`fix:     ${setCommand(path, example ?? rule?.example ?? "<value>")}`);
    if (or !== undefined) lines.push(`or:      ${setCommand(or.path, or.value)}`);
  }
  return [`  ${setting}`, ...lines.map((line) => `    ${line}`)].join("\n");
}

const setCommand = (path: string, value: string): string => `pulumi config set --path '${namespace}:${path}' ${value}`;

const plain = (path: string): string => path.replace(/\[\d+\]/gu, "[]");
const paths = Object.keys(settingRules);

/** A setting that does not exist comes after those beside it. */
function rankOf(path: string): number {
  const index = paths.indexOf(plain(path));
  if (index >= 0) return index;
  const parent = parentOf(path);
  return parent === "" ? paths.length : paths.findLastIndex((one) => one.startsWith(parent)) + 0.5;
}

/** The names that may stand where an unknown one was found. */
function siblings(path: string): string[] {
  const parent = parentOf(path);
  const below = parent === "" ? "" : `${parent}.`;
  return paths
    .filter((name) => name.startsWith(below) && !name.slice(below.length).includes(".") && !name.endsWith("[]"))
    .map((name) => name.slice(below.length));
}

const parentOf = (path: string): string => plain(path).replace(/\.?[^.]*$/u, "");
