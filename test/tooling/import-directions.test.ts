import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { findRepository } from "../../embedded-cloud/engine/repository";

/** One file of each room that is tried. */
const files = {
  index: "index.ts",
  clouds: "lib/config/clouds.ts",
  clock: "lib/startup/clock.ts",
  errors: "lib/errors/failure.ts",
  config: "lib/config/settings.ts",
  startup: "lib/startup/node-version.ts",
  components: "components/token-vault.ts",
  providers: "lib/providers/consent.ts",
  application: "lib/application/permissions.ts",
  consent: "lib/consent/store.ts",
  http: "lib/http/client.ts",
  oauth: "lib/oauth/claims.ts",
  azure: "lib/azure/credential.ts",
  vault: "lib/vault/secrets.ts",
  "partner-center": "lib/partner-center/customers.ts",
  cli: "cli/token/token.ts",
  acceptance: "acceptance/run.ts",
  emulator: "embedded-cloud/emulator/graph/service.ts",
  plugins: "embedded-cloud/providers/base/diff.ts",
  engine: "embedded-cloud/engine/versions.ts",
  bootstrap: "embedded-cloud/bootstrap/progress.ts",
  "embedded-cloud": "embedded-cloud/demo.ts",
  testing: "embedded-cloud/testing/emulator.ts",
  "embedded-cloud-test": "embedded-cloud/test/emulator/admin.test.ts",
  test: "test/oauth/claims.test.ts",
} as const;
type Room = keyof typeof files;
const rooms = Object.keys(files) as Room[];
const embedded: readonly Room[] = ["emulator", "plugins", "engine", "bootstrap", "embedded-cloud", "testing"];
const tests: readonly Room[] = ["test", "embedded-cloud-test"];
const product = rooms.filter((room) => ![...tests, ...embedded].includes(room));

/** Lines of code, each tried in the file: what is refused of a line is asked by its text. One run of the linter tries them all. */
const forms: readonly [what: string, code: string][] = [
  ["a type import", 'import type { It } from "../vault/secrets.js";'],
  ["a type annotation", 'export type It = import("../vault/secrets.js").It;'],
  ["a re-export", 'export { it } from "../vault/secrets.js";'],
  ["a dynamic import", 'export const it = import("../vault/secrets.js");'],
  ["a require", 'export const it = require("../vault/secrets.js") as unknown;'],
  ["no extension", 'import { it } from "../vault/secrets";'],
];
const times = ["Date.now()", "new Date()", "Date()", "new Date(0)"].map((time) => `export const it = ${time};`);
const imports = (name: string): string => `import { it } from "${name}";`;
const packages = ["@pulumi/pulumi", "@pulumi/azuread/application.js", "valibot", "node:fs"].map(imports);
const ownName = imports("secure-application-model/consent-provider");
const ownFetch = 'export const it = fetch("https://x");';

function specifier(from: Room, to: Room): string {
  const path = relative(dirname(files[from]), files[to]).replace(/\.ts$/, ".js");
  return path.startsWith(".") ? path : `./${path}`;
}

const linesOf = (room: Room): string[] => [
  ...rooms.map((to) => imports(specifier(room, to))),
  ...packages,
  ...times,
  ownName,
  ownFetch,
  ...(room === "oauth" ? forms.map(([, code]) => code) : []),
];
const written: ReadonlyMap<string, readonly string[]> = new Map([
  ...rooms.map((room): [string, string[]] => [files[room], linesOf(room)]),
  ["helpers/strings.ts", ["export {};"]],
]);

/** With a name of its own: the lines of a file stand together. */
const named = (line: string, index: number): string => line.replaceAll(/\b[iI]t\b/gu, (name) => `${name}${index}`);

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
    for (const name of ["lint", "oxlint.config.mjs"])
      cpSync(join(repository, name), join(folder, name), { recursive: true });
    symlinkSync(join(repository, "node_modules"), join(folder, "node_modules"));
    for (const [file, lines] of written) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), lines.map(named).join("\n"));
    }
    const linter = join(repository, "node_modules", "oxlint", "bin", "oxlint");
    const argv = [linter, "--config=oxlint.config.mjs", "--format=json", ...written.keys()];
    const { stdout, stderr } = spawnSync(process.execPath, argv, { cwd: folder, encoding: "utf8", maxBuffer: 2 ** 28 });
    if (!stdout.startsWith("{")) throw new Error(`the linter did not run: ${stdout}${stderr}`);
    return (JSON.parse(stdout) as { diagnostics: Diagnostic[] }).diagnostics;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

let diagnostics: readonly Diagnostic[];
beforeAll(() => {
  diagnostics = lint();
});

/** What is refused of a line of a file; of the linter's rules those whose name begins so. */
function refusedOf(file: string, code: string, rule: string): Diagnostic[] {
  const line = (written.get(file)?.indexOf(code) ?? -1) + 1;
  if (line === 0) throw new Error(`${file} has no line ${code}`);
  return diagnostics.filter(
    (one) => one.filename === file && one.labels[0].span.line === line && one.code.startsWith(rule),
  );
}
const refusals = (file: string, code: string): string[] =>
  refusedOf(file, code, "boundaries").map(({ message }) => message);
const rulesAgainst = (file: string, code: string, rule: string): string[] =>
  refusedOf(file, code, rule).map((one) => one.code);
const importing = (from: Room, to: Room): string[] => refusals(files[from], imports(specifier(from, to)));
const refused = (from: Room, to: Room): string[] => [
  `There is no policy allowing dependencies from file of category "${from}" to file of category "${to}"`,
];

test("the product and the embedded cloud share no line, and nothing imports a test", () => {
  for (const inside of product) {
    for (const outside of [...embedded, ...tests]) {
      expect(importing(inside, outside)).toEqual(refused(inside, outside));
      if (outside !== "test") expect(importing(outside, inside)).toEqual(refused(outside, inside));
    }
  }
  for (const outside of embedded) {
    for (const room of tests) expect(importing(outside, room)).toEqual(refused(outside, room));
  }
});

test.each(["emulator", "plugins", "bootstrap", "embedded-cloud-test"] as const)(
  "the product's tests get at %s through the embedded cloud's own interface for tests, whose tests need none of theirs",
  (inside) => {
    expect(importing("test", inside)).toEqual(refused("test", inside));
    expect(importing("embedded-cloud-test", "test")).toEqual(refused("embedded-cloud-test", "test"));
  },
);

test("the emulator and the plugins share no line with one another", () => {
  expect(importing("emulator", "plugins")).toEqual(refused("emulator", "plugins"));
  expect(importing("plugins", "emulator")).toEqual(refused("plugins", "emulator"));
});

test.each<[Room, Room]>([
  ["cli", "components"],
  ["cli", "providers"],
  ["components", "providers"],
  ["config", "components"],
  ["providers", "components"],
  ["application", "consent"],
  ["vault", "consent"],
  ["azure", "vault"],
  ["oauth", "azure"],
  ["http", "oauth"],
  ["consent", "http"],
  ["acceptance", "cli"],
  ["acceptance", "vault"],
  ["cli", "acceptance"],
  ["errors", "clouds"],
  ["clock", "errors"],
])("%s does not import %s: arrows go one way", (from, to) => {
  expect(importing(from, to)).toEqual(refused(from, to));
});

test.each<[Room, Room]>([
  ["index", "components"],
  ["components", "config"],
  ["components", "application"],
  ["providers", "consent"],
  ["consent", "vault"],
  ["vault", "azure"],
  ["azure", "oauth"],
  ["oauth", "http"],
  ["oauth", "errors"],
  ["cli", "application"],
  ["test", "embedded-cloud"],
  ["test", "testing"],
  ["embedded-cloud-test", "emulator"],
])("%s imports %s", (from, to) => {
  expect(importing(from, to)).toEqual([]);
});

test.each(forms)("%s is held to the same arrows", (_, code) => {
  expect(refusals(files.oauth, code)).toEqual(refused("oauth", "vault"));
});

test.each(["clouds", "consent", "http", "oauth", "vault", "partner-center", "cli", "emulator"] as const)(
  "%s works without Pulumi",
  (room) => {
    const [pulumi, azuread, ...others] = packages.map((line) => refusals(files[room], line));
    const without = ["this room works without Pulumi (lint/rooms.mjs)"];
    expect([pulumi, azuread, others]).toEqual([without, without, [[], []]]);
  },
);

test("the package's own name is no way around the arrows", () => {
  expect(rulesAgainst(files.vault, ownName, "eslint(no-restricted-imports)")).toHaveLength(1);
});

test("Node's fetch is out of the product's reach: it has no proxy and no limit", () => {
  const against = (room: Room): number => rulesAgainst(files[room], ownFetch, "eslint(no-restricted-globals)").length;
  expect([against("vault"), against("emulator")]).toEqual([1, 0]);
});

test.each(times)("%s: what time it is, the clock alone says, which tests move", (code) => {
  const against = (room: Room): number => rulesAgainst(files[room], code, "house(no-restricted-syntax)").length;
  const refusals = ["cli", "index", "clock", "emulator", "test"].map((room) => against(room as Room));
  expect(refusals).toEqual(code.includes("Date(0)") ? [0, 0, 0, 0, 0] : [1, 1, 0, 0, 0]);
});

test("the program, the components and the plugins may import Pulumi", () => {
  for (const room of ["index", "startup", "components", "plugins"] as const) {
    expect(refusals(files[room], imports("@pulumi/pulumi"))).toEqual([]);
  }
});

test("a file in no room is refused, so a new folder has to say what it may import", () => {
  expect(refusals("helpers/strings.ts", "export {};")).toEqual([
    "File does not match any file pattern and does not belong to any known element",
  ]);
});
