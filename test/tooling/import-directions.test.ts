import { ESLint } from "eslint";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import tseslint from "typescript-eslint";
import { findRepository } from "../../embedded-cloud/engine/repository";

/** One file of each room that is tried. */
const files = {
  index: "index.ts",
  clouds: "config/clouds.ts",
  clock: "startup/clock.ts",
  errors: "errors/failure.ts",
  config: "config/settings.ts",
  startup: "startup/node-version.ts",
  components: "components/token-vault.ts",
  providers: "providers/consent.ts",
  application: "application/permissions.ts",
  consent: "consent/store.ts",
  http: "http/client.ts",
  oauth: "oauth/claims.ts",
  azure: "azure/credential.ts",
  vault: "vault/secrets.ts",
  "partner-center": "partner-center/customers.ts",
  cli: "cli/commands/token.ts",
  acceptance: "acceptance/run.ts",
  emulator: "embedded-cloud/emulator/graph/service.ts",
  plugins: "embedded-cloud/providers/base/diff.ts",
  engine: "embedded-cloud/engine/versions.ts",
  bootstrap: "embedded-cloud/bootstrap/progress.ts",
  "embedded-cloud": "embedded-cloud/demo.ts",
  test: "test/oauth/claims.test.ts",
} as const;
type Room = keyof typeof files;
const rooms = Object.keys(files) as Room[];
const embedded: readonly Room[] = ["emulator", "plugins", "engine", "bootstrap", "embedded-cloud"];
const product = rooms.filter((room) => room !== "test" && !embedded.includes(room));

const folder = realpathSync(mkdtempSync(join(tmpdir(), "rooms-test-")));
for (const file of Object.values(files)) {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), "export {};\n");
}
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const eslint = new ESLint({
  cwd: folder,
  overrideConfigFile: join(findRepository(), "eslint.config.mjs"),
  overrideConfig: { ...tseslint.configs.disableTypeChecked, settings: { "boundaries/root-path": folder } },
});

async function refusals(file: string, code: string): Promise<string[]> {
  const [result] = await eslint.lintText(code, { filePath: join(folder, file) });
  const messages = result?.messages.filter(({ ruleId }) => ruleId?.startsWith("boundaries/") ?? true) ?? [];
  return messages.map(({ message }) => message);
}

function specifier(from: Room, to: Room): string {
  const path = relative(dirname(files[from]), files[to]).replace(/\.ts$/, ".js");
  return path.startsWith(".") ? path : `./${path}`;
}

async function importing(from: Room, to: Room): Promise<string[]> {
  return await refusals(files[from], `import { it } from "${specifier(from, to)}";\n`);
}
const refused = (from: Room, to: Room): string[] => [
  `There is no policy allowing dependencies from file of category "${from}" to file of category "${to}"`,
];

test("the product and the embedded cloud share no line, and nothing imports a test", async () => {
  for (const inside of product) {
    for (const outside of [...embedded, "test"] as const) {
      expect(await importing(inside, outside)).toEqual(refused(inside, outside));
      if (outside !== "test") expect(await importing(outside, inside)).toEqual(refused(outside, inside));
    }
  }
  for (const outside of embedded) expect(await importing(outside, "test")).toEqual(refused(outside, "test"));
});

test("the emulator and the plugins share no line with one another", async () => {
  expect(await importing("emulator", "plugins")).toEqual(refused("emulator", "plugins"));
  expect(await importing("plugins", "emulator")).toEqual(refused("plugins", "emulator"));
});

test.each<[Room, Room]>([
  ["cli", "components"],
  ["cli", "providers"],
  ["components", "providers"],
  ["components", "config"],
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
])("%s does not import %s: arrows go one way", async (from, to) => {
  expect(await importing(from, to)).toEqual(refused(from, to));
});

test.each<[Room, Room]>([
  ["index", "components"],
  ["components", "application"],
  ["providers", "consent"],
  ["consent", "vault"],
  ["vault", "azure"],
  ["azure", "oauth"],
  ["oauth", "http"],
  ["oauth", "errors"],
  ["cli", "application"],
  ["test", "embedded-cloud"],
])("%s imports %s", async (from, to) => {
  expect(await importing(from, to)).toEqual([]);
});

test.each([
  ["a type import", 'import type { It } from "../vault/secrets.js";'],
  ["a type annotation", 'export type It = import("../vault/secrets.js").It;'],
  ["a re-export", 'export { it } from "../vault/secrets.js";'],
  ["a dynamic import", 'export const it = import("../vault/secrets.js");'],
  ["a require", 'export const it = require("../vault/secrets.js") as unknown;'],
  ["no extension", 'import { it } from "../vault/secrets";'],
])("%s is held to the same arrows", async (_, code) => {
  expect(await refusals(files.oauth, `${code}\n`)).toEqual([
    'There is no policy allowing dependencies from file of category "oauth" to file of category "vault"',
  ]);
});

test.each(["clouds", "consent", "http", "oauth", "vault", "partner-center", "cli", "emulator"] as const)(
  "%s works without Pulumi",
  async (room) => {
    for (const name of ["@pulumi/pulumi", "@pulumi/azuread/application.js"]) {
      expect(await refusals(files[room], `import { it } from "${name}";\n`)).toEqual([
        "this room works without Pulumi (lint/rooms.mjs)",
      ]);
    }
    expect(
      await refusals(files[room], 'import { it } from "valibot";\nimport { readFileSync } from "node:fs";\n'),
    ).toEqual([]);
  },
);

test("the package's own name is no way around the arrows", async () => {
  const [result] = await eslint.lintText('import { it } from "secure-application-model/consent-provider";\n', {
    filePath: join(folder, files.vault),
  });
  expect(result?.messages.map(({ ruleId }) => ruleId)).toContain("no-restricted-imports");
});

test("Node's fetch is out of the product's reach: it has no proxy and no limit", async () => {
  for (const [file, rules] of [
    [files.vault, ["no-restricted-globals"]],
    [files.emulator, []],
  ] as const) {
    const [result] = await eslint.lintText('export const it = fetch("https://x");\n', { filePath: join(folder, file) });
    expect(result?.messages.map(({ ruleId }) => ruleId)).toEqual(rules);
  }
});

test.each(["Date.now()", "new Date()", "Date()"])("%s is for the clock alone, which tests move", async (time) => {
  for (const [file, rules] of [
    [files.cli, ["no-restricted-syntax"]],
    [files.index, ["no-restricted-syntax"]],
    [files.clock, []],
    [files.emulator, []],
    [files.test, []],
  ] as const) {
    const [result] = await eslint.lintText(`export const it = ${time};\n`, { filePath: join(folder, file) });
    expect(result?.messages.map(({ ruleId }) => ruleId)).toEqual(rules);
  }
  const [given] = await eslint.lintText("export const it = new Date(0);\n", { filePath: join(folder, files.cli) });
  expect(given?.messages).toEqual([]);
});

test("the program, the components and the plugins may import Pulumi", async () => {
  for (const room of ["index", "startup", "components", "plugins"] as const) {
    expect(await refusals(files[room], 'import { it } from "@pulumi/pulumi";\n')).toEqual([]);
  }
});

test("a file in no room is refused, so a new folder has to say what it may import", async () => {
  expect(await refusals("helpers/strings.ts", "export {};\n")).toEqual([
    "File does not match any file pattern and does not belong to any known element",
  ]);
});
