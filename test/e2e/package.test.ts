/** The package as users install it: the tarball of `npm pack`, in a project that has nothing else. */
import { execFile, spawn } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, normalize } from "node:path";
import { promisify } from "node:util";
import type { SecretClient } from "@azure/keyvault-secrets";
import { isStringLiteralLike, isTemplateLiteralToken, createSourceFile, type Node, ScriptTarget } from "typescript";
import { documents, links, parts, readDocument, repository } from "../tooling/markdown";
import { install, pack, type Tarball } from "./support/consumer";
import { type Finished, finished, Project } from "./support/project";
import { isSoak } from "./support/soak";
import { openVaultAt } from "./support/vault";

interface Manifest {
  version: string;
  scripts: Record<string, string>;
}
const manifest = JSON.parse(readFileSync(join(repository, "package.json"), "utf8")) as Manifest;

const temporary = mkdtempSync(join(tmpdir(), "package-"));
const consumer = join(temporary, "consumer");
const modules = join(consumer, "node_modules");
const installed = join(modules, "secure-application-model");
let tarball: Tarball;

/** 36,000 files. In milliseconds. */
const installTimeout = 300_000;

beforeAll(async () => {
  tarball = await pack(temporary);
  await install(tarball, consumer);
}, installTimeout);
afterAll(() => {
  rmSync(temporary, { recursive: true, force: true });
});

describe("the tarball", () => {
  test("holds what is built, the documents for its users, and nothing else", () => {
    const built =
      /^bin\/(?:(?!acceptance\/|cli\/|embedded-cloud\/|test\/)[\w/-]+\/[\w-]+\.(?:js|d\.ts)|cli\/(?:main|program|providers|(?:quick-)?runtime|vendor-identity)\.js)$/u;
    expect(tarball.files.filter((path) => !built.test(path) && !path.startsWith("docs/decisions/")).sort()).toEqual([
      "CHANGELOG.md",
      "LICENSE",
      "README.md",
      "SECURITY.md",
      "docs/architecture.md",
      "docs/ci.md",
      "docs/clouds.md",
      "docs/commands.md",
      "docs/day-two.md",
      "docs/exec.md",
      "docs/other-systems.md",
      "docs/powershell.md",
      "docs/runbook.md",
      "docs/settings.md",
      "docs/stolen-token.md",
      "package.json",
    ]);
    expect(filesUnder(installed).sort()).toEqual([...tarball.files].sort());
  });

  test("asks npm to run nothing when it is installed: npm would name the script to its users", () => {
    const asked = ["preinstall", "install", "postinstall", "prepare"];
    expect(asked.filter((name) => name in manifest.scripts)).toEqual([]);
  });

  test("prints no file name and no command that its users do not have", () => {
    const programs = tarball.files.filter((path) => path.endsWith(".js"));
    const texts = programs.flatMap((path) => literals(join(installed, path)));
    const named = texts.flatMap((text) => text.replace(/\bhttps?:\/\/\S+/gu, "").match(/[\w/.-]+\.md\b/gu) ?? []);
    expect(named).toContain("docs/runbook.md");
    expect(named.filter((path) => !tarball.files.includes(path))).toEqual([]);
    const ofTheRepository = texts.filter((text) => /npm (?:run|start|test)\b|embedded.cloud/iu.test(text));
    // The second is printed beside the sources alone.
    const inClones = /^(?:In a clone of the repository |The sources are newer than the build )/u;
    expect(ofTheRepository.filter((text) => !inClones.test(text))).toEqual([]);
  });

  test("has documents whose links lead to one another, or to what README.md says is in the repository alone", () => {
    const shipped = tarball.files.filter((path) => path.endsWith(".md"));
    const outside = shipped.flatMap((document) =>
      links(parts(readDocument(document)).prose)
        .filter(({ target }) => !/^(?:[a-z]+:|#)/u.test(target))
        .map(({ target }) => normalize(join(dirname(document), target.replace(/#.*$/u, ""))))
        .filter((path) => !tarball.files.some((file) => file === path || dirname(file) === path)),
    );
    const documentsAndFolders = outside.filter((path) => !path.endsWith(".ts"));
    const alone = [
      "CONTRIBUTING.md",
      "docs/acceptance.md",
      "docs/benchmarks.md",
      "docs/seed.md",
      "embedded-cloud/README.md",
    ];
    expect([...new Set(documentsAndFolders)].sort()).toEqual(alone);
    expect(documents()).toEqual(expect.arrayContaining([...shipped, ...alone]));
  });
});

describe("a project that installed it", () => {
  test("has no Node.js of it, nothing of the embedded cloud, and no link but npm's own to commands", () => {
    const { packages } = JSON.parse(readFileSync(join(modules, ".package-lock.json"), "utf8")) as {
      packages: Record<string, { resolved?: string }>;
    };
    expect(packages["node_modules/secure-application-model"]?.resolved).toMatch(/^file:.*\.tgz$/u);
    const names = Object.keys(packages).map((path) => path.replace(/^.*node_modules\//u, ""));
    expect(names.filter((name) => /^node(?:-(?:linux|win|darwin)-|$)|embedded/u.test(name))).toEqual([]);
    const commands = readdirSync(join(modules, ".bin"));
    expect(commands).toContain("secure-app-model");
    expect(commands).not.toContain("node");
    const symbolic = readdirSync(modules, { withFileTypes: true, recursive: true }).filter((entry) =>
      entry.isSymbolicLink(),
    );
    expect(symbolic.filter(({ parentPath }) => basename(parentPath) !== ".bin")).toEqual([]);
  });

  // That it then changes nothing, and is destroyed, is the soak's.
  test("type-checks and runs the documented programs, and has its command", async () => {
    await using project = await Project.start();
    writePrograms(project);
    await promisify(execFile)(process.execPath, [compiler, "-p", "."], { cwd: consumer });
    const pulumi = (...argv: string[]): Promise<Finished> =>
      inConsumer(project, "pulumi", [...argv, "--non-interactive", "--color", "never"]);
    expect(await pulumi("stack", "init", "own")).toMatchObject({ code: 0 });
    const up = await pulumi("up", "--yes", "--skip-preview", "--debug");
    expect(up).toMatchObject({ code: 0, text: expect.stringMatching(/\+ 1[0-9] created/u) as string });
    if (isSoak) expect(await pulumi("preview", "--expect-no-changes")).toMatchObject({ code: 0 });
    const state = await pulumi("stack", "export");
    const vaultUri = /"vaultUri": "([^"]+)"/u.exec(state.text)?.[1] ?? "";
    expect(await debugMessagesOf(up, openVaultAt(project, vaultUri))).toEqual({ told: true, secrets: 1, shown: [] });
    const command = (...argv: string[]): Promise<Finished> =>
      inConsumer(project, join(modules, ".bin", "secure-app-model"), argv);
    expect(await command("--version")).toEqual({ code: 0, text: `${manifest.version}\n` });
    expect(await command("token", "partner-center", "--vault", vaultUri)).toEqual({
      code: 0,
      text: expect.stringMatching(/^Endpoints in place of AzureCloud's: .*\neyJ[\w.-]+\n$/u) as string,
    });
    const me = await inConsumer({ environment: { ...project.environment, VAULT_URI: vaultUri } }, process.execPath, [
      "credential.js",
    ]);
    expect(me).toEqual({ code: 0, text: expect.stringMatching(/^\{"value":\[\]/u) as string });
    expect(await previewOfClone(project)).toMatchObject({
      code: 0,
      text: expect.stringMatching(/\+ 1[0-9] to create/u) as string,
    });
    if (isSoak) expect(await pulumi("destroy", "--yes", "--skip-preview")).toMatchObject({ code: 0 });
  });
});

/** The repository's own program, as a job of CI has it: built, with these packages alone. test/soak/clean-install.test.ts has the job itself. */
async function previewOfClone({ configFile, environment }: Project): Promise<Finished> {
  const clone = join(temporary, "clone");
  for (const name of ["bin", "package.json", "Pulumi.yaml"])
    cpSync(join(repository, name), join(clone, name), { recursive: true });
  symlinkSync(modules, join(clone, "node_modules"));
  const argv = ["preview", "--stack", "dev", "--config-file", configFile, "--non-interactive", "--color", "never"];
  return await finished(spawn("pulumi", argv, { cwd: clone, env: environment, stdio: ["ignore", "pipe", "pipe"] }));
}

/** The engine's messages about its responses, and how many of the vault's client secrets they contained. */
async function debugMessagesOf({ text }: Finished, vault: SecretClient): Promise<object> {
  const secrets: string[] = [];
  for await (const { name } of vault.listPropertiesOfSecrets()) {
    if (name.startsWith("client-secret-")) secrets.push((await vault.getSecret(name)).value ?? "");
  }
  const told = text.includes("RegisterResource RPC finished: ");
  return { told, secrets: secrets.length, shown: secrets.filter((secret) => text.includes(secret)) };
}

const compiler = join(repository, "node_modules", "typescript", "bin", "tsc");

/** The only code of a page, unchanged, and the same for the embedded cloud. */
function programOf(
  document: string,
  changes: readonly (readonly [found: string, instead: string])[],
): [string, string] {
  const [documented, ...others] = parts(readDocument(document)).fences.filter(({ language }) => language === "ts");
  expect(others).toEqual([]);
  const text = documented?.text ?? "";
  const adapted = changes.reduce((program, [found, instead]) => {
    expect(program.split(found)).toHaveLength(2);
    return program.replace(found, instead);
  }, `import { readFileSync } from "node:fs";\n${text}`);
  return [text, adapted];
}

const embedded = `const { ARM_TENANT_ID: tenantId = "", SECURE_APP_MODEL_ENDPOINTS: file = "", VAULT_URI: vaultUri = "" } = process.env;
const endpoints = JSON.parse(readFileSync(file, "utf8"));
const { metadataHost, resourceManager } = endpoints;`;

/** The programs of docs/architecture.md and docs/exec.md. */
function writePrograms({ seeds }: Project): void {
  const account = seeds.users.serviceAccount.userPrincipalName;
  const [documented, adapted] = programOf("docs/architecture.md", [
    [`const tenantId = "<tenant GUID>";`, embedded],
    [`cloud: "AzureCloud",`, `cloud: "AzureCloud", endpoints, protect: false, azureManagement: true,`],
    [`account: "service-account@contoso.example"`, `account: "${account}", port: ${9400 + (process.pid % 90)}`],
    [`new azuread.Provider("azuread", { `, `new azuread.Provider("azuread", { metadataHost, `],
    [`new Provider("azure-native", { `, `new Provider("azure-native", { metadataHost, `],
  ]);
  const [documentedCredential, credential] = programOf("docs/exec.md", [
    [`const credential =`, `${embedded}\nconst credential =`],
    [`cloud: "AzureCloud",`, `cloud: "AzureCloud", endpoints,`],
    [`vaultUri: "https://contoso.vault.azure.net",`, `vaultUri,`],
    [`tenantId: "<customer tenant GUID>",`, `tenantId,`],
    [`"https://management.azure.com/.default"`, `resourceManager + "/.default"`],
    [`"https://management.azure.com/subscriptions`, `resourceManager + "/subscriptions`],
  ]);
  const compilerOptions = { module: "node20", target: "es2023", strict: true, types: ["node"], noEmitOnError: true };
  const programs: Record<string, string> = {
    "documented.ts": documented,
    "index.ts": adapted,
    "documented-credential.ts": documentedCredential,
    "credential.ts": credential,
  };
  const files: Record<string, string | object> = {
    ...programs,
    "tsconfig.json": { compilerOptions, files: Object.keys(programs) },
    "Pulumi.yaml": {
      name: "own-program",
      main: "index.js",
      runtime: { name: "nodejs", options: { typescript: false } },
    },
  };
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(consumer, name), typeof content === "string" ? content : JSON.stringify(content));
  }
}

function inConsumer({ environment }: Pick<Project, "environment">, command: string, argv: string[]): Promise<Finished> {
  return finished(spawn(command, argv, { cwd: consumer, env: environment, stdio: ["ignore", "pipe", "pipe"] }));
}

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1));
}

function literals(path: string): string[] {
  const texts: string[] = [];
  const visit = (node: Node): void => {
    if (isStringLiteralLike(node) || isTemplateLiteralToken(node)) texts.push(node.text);
    node.forEachChild(visit);
  };
  visit(createSourceFile(path, readFileSync(path, "utf8"), ScriptTarget.ES2023));
  return texts;
}
