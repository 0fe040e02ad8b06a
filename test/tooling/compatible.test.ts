/** Names that the first release made public (CHANGELOG.md): a later version may add to them. */
import type { Command } from "commander";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { exitCodes } from "../../cli/terminal/exit-code";
import { settingsByPath } from "../../lib/config/catalogue";
import { declaredCommands } from "./command-lines";
import { repository } from "./markdown";

type Names = Record<string, string[]>;

const optionsIn = (command: Command, path: string[] = []): string[] => [
  ...command.options.map(({ long }) => [...path, long].join(" ")),
  ...command.commands.flatMap((one) => optionsIn(one, [...path, one.name()])),
];

/** `code` in `--json`. */
function errorCodes(): string[] {
  const files = ["cli", "components", "lib"].flatMap((room) =>
    readdirSync(join(repository, room), { withFileTypes: true, recursive: true }).filter(({ name }) =>
      name.endsWith(".ts"),
    ),
  );
  const texts = files.map(({ parentPath, name }) => readFileSync(join(parentPath, name), "utf8"));
  return texts.flatMap((text) =>
    [...text.matchAll(/\b(?:new Failure|kindOf|super)\(\s*"([a-z][a-z-]+)"/gu)].map(([, code = ""]) => code),
  );
}

function namesNow(): Names {
  const { exports } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8")) as { exports: object };
  const library = readFileSync(join(repository, "components", "library.ts"), "utf8");
  return {
    exports: Object.keys(exports),
    components: [...library.replace(/\/\*.*?\*\//gsu, "").matchAll(/\b[A-Z]\w+|\bclouds\b/gu)].map(([name]) => name),
    settings: [...settingsByPath.keys()],
    options: optionsIn(declaredCommands()),
    errors: errorCodes(),
    "exit codes": Object.entries(exitCodes).map(([name, code]) => `${name} ${code}`),
  };
}

test("every public name of 0.1.0 is there", () => {
  const file = join(repository, "test", "fixtures", "0.1.0-names.json");
  const now = namesNow();
  const gone = Object.entries(JSON.parse(readFileSync(file, "utf8")) as Names).map(([kind, names]) => [
    kind,
    names.filter((name) => !now[kind]?.includes(name)),
  ]);
  expect(gone.filter(([, names = []]) => names.length > 0)).toEqual([]);
});
