import { execFileSync } from "node:child_process";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { hasProviders, prepareEngineHome, type ProviderChoice } from "../../engine/provider-plugins";
import { temporaryFolder, writeExecutable } from "./fixtures";

const folder = temporaryFolder();
const repository = join(folder.path, "it's a repository");
const workDirectory = join(repository, ".local");
const plugins = join(workDirectory, "pulumi", "plugins");
const installedHome = join(folder.path, "user");
const folders = ["resource-azure-native-v3.0.1", "resource-azuread-v6.0.2"];

beforeEach(() => {
  const versions = { azuread: "6.0.2", "azure-native": "3.0.1" };
  for (const [name, version] of Object.entries(versions)) {
    const sdk = join(repository, "node_modules", "@pulumi", name);
    mkdirSync(sdk, { recursive: true });
    writeFileSync(join(sdk, "package.json"), JSON.stringify({ name: `@pulumi/${name}`, version }));
    const program = join(repository, "tools", "embedded-cloud", "bin", "providers", name);
    mkdirSync(program, { recursive: true });
    writeFileSync(join(program, "main.js"), `console.log("${name}", process.execPath, ...process.argv.slice(2));`);
  }
  writeFileSync(join(repository, "package.json"), "{}");
});
afterEach(folder.remove);

const prepare = (providers: ProviderChoice) =>
  prepareEngineHome({ providers, repository, workDirectory, installedHome });

function installReal(provider: string, version: string): string {
  const path = join(installedHome, "plugins", `resource-${provider}-v${version}`);
  mkdirSync(path, { recursive: true });
  writeExecutable(join(path, `pulumi-resource-${provider}`), "#!/bin/sh\necho real\n");
  return path;
}

test("local plugins carry the SDK's versions and run the compiled providers with this Node and the engine's arguments", async () => {
  await prepare("local");
  expect(readdirSync(plugins).sort()).toEqual(folders);
  const launcher = join(plugins, "resource-azure-native-v3.0.1", "pulumi-resource-azure-native");
  expect(execFileSync(launcher, ["127.0.0.1:1234", "a b"], { encoding: "utf8" })).toBe(
    `azure-native ${process.execPath} 127.0.0.1:1234 a b\n`,
  );
  expect(readlinkSync(join(workDirectory, "node", "node"))).toBe(process.execPath);
  expect(statSync(join(workDirectory, "state")).isDirectory()).toBe(true);
  expect(readdirSync(join(workDirectory, "pulumi"))).toEqual(["plugins"]);
  expect(hasProviders(workDirectory, repository)).toBe(true);
});

test("what fits is left alone; many callers at once end with whole plugins", async () => {
  await Promise.all([1, 2, 3, 4].map(() => prepare("local")));
  const launcher = join(plugins, "resource-azuread-v6.0.2", "pulumi-resource-azuread");
  const { ino } = statSync(launcher);
  await prepare("local");
  expect(statSync(launcher).ino).toBe(ino);
  expect(readdirSync(join(workDirectory, "pulumi"))).toEqual(["plugins"]);
});

/** The file that the engine would start, and whether the folder is a real one. */
const executables = () =>
  ["azure-native", "azuread"].map((provider, index) => {
    const place = join(plugins, folders[index] ?? "");
    const text = readFileSync(join(place, `pulumi-resource-${provider}`), "utf8");
    return lstatSync(place).isDirectory() && (text.includes("echo real") ? "real" : "local");
  });

test("installed plugins of the same versions take the place of the local ones, and back, each on its own", async () => {
  const [native, azuread] = [installReal("azure-native", "3.0.1"), installReal("azuread", "6.0.2")];
  await prepare("local");
  await prepare("installed");
  expect(executables()).toEqual(["real", "real"]);
  const { ino } = statSync(join(plugins, "resource-azuread-v6.0.2"));
  await prepare("installed");
  expect(statSync(join(plugins, "resource-azuread-v6.0.2")).ino).toBe(ino);
  await prepare("azuread");
  expect(executables()).toEqual(["local", "real"]);
  await prepare("azure-native");
  expect(executables()).toEqual(["real", "local"]);
  await prepare("local");
  expect(executables()).toEqual(["local", "local"]);
  for (const [place, provider] of [
    [native, "azure-native"],
    [azuread, "azuread"],
  ] as const) {
    expect(readFileSync(join(place, `pulumi-resource-${provider}`), "utf8")).toContain("echo real");
  }
});

test("installed plugins that are missing are named with the commands that install them, and nothing is changed", async () => {
  installReal("azuread", "6.0.1");
  await expect(prepare("installed")).rejects.toThrow(
    [
      `--providers installed: no plugin azuread 6.0.2 and azure-native 3.0.1 in ${join(installedHome, "plugins")}.`,
      "Install what is missing (this needs a network), or leave the option out:",
      "  pulumi plugin install resource azuread v6.0.2",
      "  pulumi plugin install resource azure-native v3.0.1",
    ].join("\n"),
  );
  expect(existsSync(plugins)).toBe(false);
});

test("where one of two is missing, it is named, and so is the way to take the other alone", async () => {
  installReal("azuread", "6.0.2");
  await expect(prepare("installed")).rejects.toThrow(
    [
      `--providers installed: no plugin azure-native 3.0.1 in ${join(installedHome, "plugins")}.`,
      "Install what is missing (this needs a network), or leave the option out:",
      "  pulumi plugin install resource azure-native v3.0.1",
      "Or use the installed one: --providers azuread",
    ].join("\n"),
  );
  await expect(prepare("azure-native")).rejects.toThrow(
    /^--providers azure-native: no plugin azure-native 3\.0\.1 in /u,
  );
  await prepare("azuread");
  expect(executables()).toEqual(["local", "real"]);
});
