import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { findRepository } from "../../tools/embedded-cloud/engine/repository";

/** Folders that do not lie in lib/ by the room's name. */
const folders: Readonly<Record<string, string>> = {
  ...{
    program: "program/x",
    clouds: "lib/config/clouds",
    clock: "lib/startup/clock",
    components: "components/x",
    cli: "cli/x",
  },
  ...{
    acceptance: "tools/acceptance/x",
    emulator: "tools/embedded-cloud/emulator/x",
    plugins: "tools/embedded-cloud/providers/x",
  },
  ...{
    engine: "tools/embedded-cloud/engine/x",
    build: "tools/build/x",
    testing: "tools/embedded-cloud/testing/x",
  },
  ...{
    "embedded-cloud": "tools/embedded-cloud/x",
    "embedded-cloud-test": "tools/embedded-cloud/test/x.test",
    test: "test/x.test",
  },
};
const fileOf = (room: string): string => `${folders[room] ?? `lib/${room}/x`}.ts`;
const product =
  "program clouds clock errors config startup components providers application credential token consent http oauth azure vault cli acceptance partner-center";
const embedded = "emulator plugins engine build embedded-cloud testing";
type Pair = readonly [from: string, to: string];
/** @param text each room, and behind a colon what it imports */
const pairs = (...text: string[]): Pair[] =>
  text.flatMap((line) => {
    const [from = "", to = ""] = line.split(": ");
    return from.split(" ").flatMap((one) => to.split(" ").map((other): Pair => [one, other]));
  });

const refused = pairs(
  // The product and the embedded cloud share no line, and nothing imports a test.
  `${product}: ${embedded} embedded-cloud-test test`,
  `${embedded} embedded-cloud-test: ${product} test`,
  `${embedded}: embedded-cloud-test`,
  "test: emulator plugins build embedded-cloud-test",
  // The emulator and the plugins share none with one another.
  ...["emulator: plugins", "plugins: emulator"],
  // Arrows go one way.
  ...["cli: components providers acceptance", "config providers: components", "components: providers"],
  ...["application vault: consent", "azure: vault", "oauth: azure vault", "http: oauth", "consent: http"],
  ...["credential: token", "token: consent"],
  ...["acceptance: cli vault", "errors: clouds", "clock: errors"],
);
const allowed = pairs(
  ...[
    "program: components",
    "components: config application",
    "providers: consent",
    "consent: token credential",
    "token: credential",
    "consent: vault",
    "vault: azure",
  ],
  ...["azure: oauth", "oauth: http errors", "cli: application", "test: embedded-cloud testing"],
  "embedded-cloud-test: emulator",
);

function importing([from, to]: Pair): [file: string, code: string] {
  const path = relative(dirname(fileOf(from)), fileOf(to)).replace(/\.ts$/u, ".js");
  return [fileOf(from), `import { it } from "${path.startsWith(".") ? path : `./${path}`}";`];
}

const noPolicy = "There is no policy allowing dependencies";
const noPulumi = "this room works without Pulumi (tools/lint/rooms.mjs)";
const noTime = "house(no-restricted-syntax)";
const forms = [
  ...['import type { It } from "PATH";', 'export type It = import("PATH").It;', 'export { it } from "PATH";'],
  ...['export const it = import("PATH");', 'export const it = require("PATH") as unknown;'],
].map((code) => code.replace("PATH", "../vault/secrets.js"));
const withoutPulumi = ["clouds", "consent", "http", "oauth", "vault", "partner-center", "cli", "emulator"];
const from = (name: string): string => `import { it } from "${name}";`;
const time = (text: string): string => `export const it = ${text};`;
const ownFetch = 'export const it = fetch("https://x");';

/** Lines of code, each tried in the file of a room, with what is refused of it: one run of the linter tries them all. */
const rows: [file: string, code: string, refusal?: string][] = [
  ...refused.map((pair): [string, string, string] => [...importing(pair), noPolicy]),
  ...allowed.map(importing),
  ...[...forms, from("../vault/secrets")].map((code): [string, string, string] => [fileOf("oauth"), code, noPolicy]),
  ...withoutPulumi.flatMap((room) =>
    ["@pulumi/pulumi", "@pulumi/azuread/application.js"].map((name): [string, string, string] => [
      fileOf(room),
      from(name),
      noPulumi,
    ]),
  ),
  ...["program", "startup", "components", "plugins"].map((room): [string, string] => [
    fileOf(room),
    from("@pulumi/pulumi"),
  ]),
  ...["valibot", "node:fs"].map((name): [string, string] => [fileOf("vault"), from(name)]),
  // The package's own name is no way around the arrows, and Node's fetch has no proxy and no limit.
  [fileOf("vault"), from("secure-application-model/consent-provider"), "eslint(no-restricted-imports)"],
  [fileOf("vault"), ownFetch, "eslint(no-restricted-globals)"],
  [fileOf("emulator"), ownFetch],
  // The clock alone, which tests move, has the time of day.
  ...["Date.now()", "new Date()", "Date()"].flatMap((text): [string, string, string?][] => [
    ...["cli", "program"].map((room): [string, string, string] => [fileOf(room), time(text), noTime]),
    ...["clock", "emulator", "test"].map((room): [string, string] => [fileOf(room), time(text)]),
  ]),
  [fileOf("cli"), time("new Date(0)")],
  // A new folder has to say what it may import.
  ["helpers/x.ts", "export {};", "boundaries(no-unknown-files)"],
];

interface Diagnostic {
  code: string;
  message: string;
  filename: string;
  labels: readonly [{ span: { line: number } }];
}

function lint(): Diagnostic[] {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "rooms-test-")));
  const repository = findRepository();
  try {
    cpSync(join(repository, "tools", "lint"), join(folder, "tools", "lint"), { recursive: true });
    symlinkSync(join(repository, "node_modules"), join(folder, "node_modules"));
    const written = new Set([...rows.map(([file]) => file), ...product.split(" ").map(fileOf), "lib/vault/secrets.ts"]);
    for (const file of written) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      // Each line has a name of its own: the lines of a file stand together, in the order of the rows.
      const lines = linesOf(file).map((line, index) => line.replaceAll(/\b[iI]t\b/gu, (name) => `${name}${index}`));
      writeFileSync(join(folder, file), lines.join("\n"));
    }
    const linter = join(repository, "node_modules", "oxlint", "bin", "oxlint");
    const argv = [linter, "--config=tools/lint/oxlint.config.mjs", "--format=json", ...written];
    const { stdout, stderr } = spawnSync(process.execPath, argv, { cwd: folder, encoding: "utf8", maxBuffer: 2 ** 28 });
    if (!stdout.startsWith("{")) throw new Error(`the linter did not run: ${stdout}${stderr}`);
    return (JSON.parse(stdout) as { diagnostics: Diagnostic[] }).diagnostics;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const linesOf = (file: string): string[] => rows.filter(([of]) => of === file).map(([, code]) => code);

test("each line of code is refused where it should be, and nowhere else", () => {
  const rules = /^(?:boundaries|house|eslint\(no-restricted)/u;
  const diagnostics = lint().filter(({ code }) => rules.test(code));
  const found = rows.map(([file, code, refusal]) => {
    const line = linesOf(file).indexOf(code) + 1;
    const own = diagnostics.filter(({ filename, labels }) => filename === file && labels[0].span.line === line);
    const texts = own.map((one) => `${one.code}: ${one.message}`).join();
    return [file, code, refusal !== undefined && texts.includes(refusal) ? refusal : texts || undefined];
  });
  expect(found).toEqual(rows.map(([file, code, refusal]) => [file, code, refusal]));
});
