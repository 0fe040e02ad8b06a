/** The public names (CHANGELOG.md, "What stays compatible"), from the lists that the code has. */
import type { Command } from "commander";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { exitCodes } from "../../cli/terminal/exit-code";
import { settingsByPath } from "../../lib/config/catalogue";
import * as own from "../../lib/config/own-variables";
import { codes } from "../../lib/errors/codes";
import { readWorkflow, repositoryFolder, workflowFolder } from "../support/github/workflow";
import { declaredCommands } from "./command-lines";

/** By kind: what a name belongs to. No name has a blank. */
type Names = Record<string, readonly string[]>;

const file = join(repositoryFolder, "test", "fixtures", "0.1.0", "names.txt");
const textOf = (...path: string[]): string => readFileSync(join(repositoryFolder, ...path), "utf8");
const named = (text: string, form: RegExp): string[] => [...text.matchAll(form)].map(([, name = ""]) => name);

function commandsBelow(command: Command): [string, string[]][] {
  const options = command.options.map(({ long, short }) => long ?? short ?? "");
  const path = command.name();
  return [
    [`options of ${path}`, options],
    ...command.commands.flatMap((one) =>
      commandsBelow(one).map(([kind, names]): [string, string[]] => [kind.replace(" of ", ` of ${path} `), names]),
    ),
  ];
}

/** The reusable workflows, with what a caller gives them. */
function workflows(): [string, string[]][] {
  return readdirSync(workflowFolder).flatMap((name): [string, string[]][] => {
    const called = readWorkflow(name).on["workflow_call"] as
      Partial<Record<"inputs" | "secrets", object>> | null | undefined;
    if (called === undefined) return [];
    return [[`workflow ${name}`, [...Object.keys(called?.inputs ?? {}), ...Object.keys(called?.secrets ?? {})]]];
  });
}

function namesNow(): Names {
  const { exports } = JSON.parse(textOf("package.json")) as { exports: object };
  const pipeline = parse(textOf("templates", "azure-pipelines", "jobs.yml")) as { parameters: { name: string }[] };
  const customer = own.aboutCustomer({ tenantId: "", domain: "", name: "" });
  const set = [own.targetVariables, [own.webhookVariable, own.rotationVariable]].flatMap((all) => Object.values(all));
  const jobs = textOf(".github", "actions", "set-up", "action.yml");
  return {
    settings: [...settingsByPath.keys()].filter((path) => !path.endsWith("[]")),
    ...Object.fromEntries(commandsBelow(declaredCommands())),
    ...Object.fromEntries(Object.entries(codes).map(([end, all]) => [`errors of exit code ${end}`, [...all]])),
    "exit codes": Object.entries(exitCodes).map(([name, code]) => `${name}=${code}`),
    variables: [...set, ...Object.keys(customer), ...Object.keys(own.asLooking)],
    ...Object.fromEntries(workflows()),
    "variables of jobs": ["DEPLOYMENTS", ...named(jobs, /\b(?:id|address)\(\s*"(\w+)"/gu)],
    "parameters of Azure Pipelines": pipeline.parameters.map(({ name }) => name),
    modules: Object.keys(exports),
    library: named(textOf("components", "library.ts").replace(/\/\*.*?\*\//gsu, ""), /(?<!["/.-])\b(\w+)(?=,| [,}])/gu),
  };
}

const width = 110;

/** A line a kind, sorted, continued in indented ones. */
function written(names: Names): string {
  const lines = Object.entries(names).flatMap(([kind, all]) =>
    [...new Set(all)]
      .sort()
      .reduce(
        ([line = "", ...before], name) =>
          `${line} ${name}`.length > width ? [`  ${name}`, line, ...before] : [`${line} ${name}`, ...before],
        [`${kind}:`],
      )
      .reverse(),
  );
  return `${lines.join("\n")}\n`;
}

function readNames(): Names {
  const lines = readFileSync(file, "utf8")
    .replaceAll(/\n {2}/gu, " ")
    .trimEnd()
    .split("\n");
  return Object.fromEntries(
    lines.map((line) => {
      const [kind = "", names = ""] = line.split(/:(?: |$)/u);
      return [kind, names.split(" ").filter((name) => name !== "")];
    }),
  );
}

const lacking = (from: Names, there: Names): string[] =>
  Object.entries(from).flatMap(([kind, names]) => {
    if (there[kind] === undefined) return [kind, ...names.map((name) => `${kind}: ${name}`)];
    return names.filter((name) => !there[kind]?.includes(name)).map((name) => `${kind}: ${name}`);
  });

test("every public name is there, and is written down; WRITE_PAGES=1 npm test -- released-names adds new ones", () => {
  const now = namesNow();
  const before = readNames();
  if (process.env["WRITE_PAGES"]) {
    const kinds = Object.keys({ ...now, ...before });
    const all = kinds.map((kind) => [kind, [...(before[kind] ?? []), ...(now[kind] ?? [])]] as const);
    writeFileSync(file, written(Object.fromEntries(all)));
  }
  // A name that is gone goes out of the file by hand, once CHANGELOG.md has announced it for a minor version.
  expect({ gone: lacking(readNames(), now), added: lacking(now, readNames()) }).toEqual({ gone: [], added: [] });
});
