/** The real engine finds the plugins that `--providers installed` puts in its home, and starts them. */
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { engineEnvironment } from "../../engine/engine-environment";
import { findOrMakeEngine } from "../../engine/find-or-make-engine";
import { prepareEngineHome } from "../../engine/provider-plugins";
import { findRepository } from "../../engine/repository";
import { temporaryFolder, writeExecutable } from "./fixtures";

const folder = temporaryFolder();
afterAll(folder.remove);

const versionOf = (provider: string): string =>
  (createRequire(__filename)(`@pulumi/${provider}/package.json`) as { version: string }).version;

/** As the engine leaves it after `pulumi plugin install`. */
function install(provider: string, home: string): void {
  const version = versionOf(provider);
  const place = join(home, "plugins", `resource-${provider}-v${version}`);
  mkdirSync(place, { recursive: true });
  const command = [process.execPath, join(__dirname, "tiny-plugin.cjs"), version].map((word) => `'${word}'`).join(" ");
  writeExecutable(join(place, `pulumi-resource-${provider}`), `#!/bin/sh\nexec ${command}\n`);
  writeFileSync(`${place}.lock`, "");
}

/** A stack in whose state each provider has one resource. */
function state(resources: Record<string, string>): object {
  const id = "00000000-0000-4000-8000-000000000001";
  const urn = (type: string): string => `urn:pulumi:dev::probe::${type}::one`;
  const all = Object.entries(resources).flatMap(([provider, type]) => {
    const version = versionOf(provider);
    const own = urn(`pulumi:providers:${provider}`);
    return [
      { urn: own, custom: true, id, type: `pulumi:providers:${provider}`, inputs: { version }, outputs: { version } },
      { urn: urn(type), custom: true, id: "one", type, inputs: {}, outputs: {}, provider: `${own}::${id}` },
    ];
  });
  const manifest = { time: "2026-01-01T00:00:00Z", magic: "", version: "" };
  return { version: 3, deployment: { manifest, resources: all } };
}

test("a refresh of the real engine is answered by the installed plugins", async () => {
  const [workDirectory, installedHome] = [join(folder.path, "work"), join(folder.path, "user")];
  for (const provider of ["azuread", "azure-native"]) install(provider, installedHome);
  await prepareEngineHome({ providers: "installed", repository: findRepository(), workDirectory, installedHome });
  const env = engineEnvironment({ engine: await findOrMakeEngine(), workDirectory });
  writeFileSync(join(folder.path, "Pulumi.yaml"), "name: probe\nruntime: nodejs\n");
  const types = {
    azuread: "azuread:index/groupMember:GroupMember",
    "azure-native": "azure-native:resources:ResourceGroup",
  };
  const before = join(folder.path, "state.json");
  writeFileSync(before, JSON.stringify(state(types)));
  const pulumi = (...argv: string[]): string =>
    execFileSync("pulumi", [...argv, "--stack", "dev"], { cwd: folder.path, env, encoding: "utf8", stdio: "pipe" });
  pulumi("stack", "init");
  pulumi("stack", "import", "--file", before);
  pulumi("refresh", "--yes", "--skip-preview", "--non-interactive");
  const { deployment } = JSON.parse(pulumi("stack", "export")) as {
    deployment: { resources: { type: string; outputs?: object }[] };
  };
  const outputs = deployment.resources
    .filter(({ type }) => Object.values(types).includes(type))
    .map(({ type, outputs: all }) => [type, all]);
  expect(outputs).toEqual(
    Object.entries(types).map(([provider, type]) => [type, { readBy: `the installed plugin ${versionOf(provider)}` }]),
  );
});
