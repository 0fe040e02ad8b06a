/** Both packages as users install them: the tarballs of `npm run pack`, in projects that have nothing else of this repository. */
import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, normalize } from "node:path";
import type { SecretClient } from "@azure/keyvault-secrets";
import * as ts from "typescript";
import { documents, links, parts, readDocument, repository } from "../tooling/markdown";
import { checkOut } from "./support/checkout";
import { install, linkedPeers, tarballs } from "./support/consumer";
import { type Finished, finished, Project } from "./support/project";
import { isSoak, testInSoak } from "./support/soak";
import { openVaultAt } from "./support/vault";

interface Manifest {
  name: string;
  version: string;
  repository: string;
  exports?: object;
  dependencies?: Record<string, string>;
}
const readManifest = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
const manifest = readManifest(repository);

const temporary = mkdtempSync(join(tmpdir(), "package-"));
/** A project of one's own with both packages, and one with the command alone. */
const consumer = join(temporary, "consumer");
const alone = join(temporary, "alone");
const modules = join(consumer, "node_modules");
const packages = { command: join(alone, "node_modules", "secure-app-model"), library: join(modules, manifest.name) };

/** The soak installs Pulumi's SDKs as npm does: 36,000 files. In milliseconds. */
const installTimeout = 300_000;

beforeAll(async () => {
  const { command, library } = await tarballs();
  await install(alone, [command], []);
  await install(consumer, [command, library], isSoak ? [] : linkedPeers);
  if (isSoak) symlinkSync(join(repository, "node_modules", "typescript"), join(modules, "typescript"));
}, installTimeout);
afterAll(() => {
  rmSync(temporary, { recursive: true, force: true });
});

/** V8's cache of the command, which its first run writes beside it. */
const writtenByUse = "bin/.compile-cache/";

const forReaders = [
  "CHANGELOG.md",
  "LICENSE",
  "README.md",
  "SECURITY.md",
  "THIRD-PARTY-NOTICES.txt",
  "bin/settings.schema.json",
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
  "docs/state-lost.md",
  "docs/stolen-token.md",
  "package.json",
];

test("the command is five bundles, the library what a program imports and what state names, and both their documents", () => {
  const [command, library] = [packages.command, packages.library].map((folder) =>
    filesUnder(folder).filter(
      (path) => !forReaders.includes(path) && !path.startsWith("docs/decisions/") && !path.startsWith(writtenByUse),
    ),
  );
  const bundles = ["main", "program", "quick-runtime", "runtime", "vendor-identity"];
  expect(command?.sort()).toEqual([
    ...bundles.map((name) => `bin/cli/${name}.js`),
    "bin/lib/startup/compile-cache.js",
    "templates/partner/Pulumi.global.yaml",
  ]);
  expect(library?.filter((path) => !path.endsWith(".d.ts") && !path.startsWith("bin/lib/providers/")).sort()).toEqual([
    "bin/cli/providers.js",
    "bin/cli/vendor-identity.js",
    "bin/components/library.js",
    "bin/lib/startup/compile-cache.js",
    "bin/lib/startup/engine-watch.js",
    "bin/program/program.js",
    "bin/program/start.js",
  ]);
  for (const folder of Object.values(packages)) expect(filesUnder(folder)).toEqual(expect.arrayContaining(forReaders));
});

test("neither depends on a package or runs a script: the library's user has Pulumi's SDKs", () => {
  const { version, repository: source } = manifest;
  const common = { version, repository: source, license: "Apache-2.0", engines: { node: ">=22.12" } };
  expect(readManifest(packages.command)).toEqual({
    ...common,
    name: "secure-app-model",
    description: expect.any(String) as string,
    bin: { "secure-app-model": "bin/cli/main.js" },
  });
  const sdks = Object.entries(manifest.dependencies ?? {}).filter(([name]) => name.startsWith("@pulumi/"));
  expect(readManifest(packages.library)).toEqual({
    ...common,
    name: "secure-application-model",
    description: expect.any(String) as string,
    main: "./bin/components/library.js",
    types: "./bin/components/library.d.ts",
    exports: manifest.exports,
    peerDependencies: Object.fromEntries(sdks.map(([name, version]) => [name, `^${version}`])),
  });
});

test.each(Object.entries(packages))("the %s names the licence of each package whose code it has", (_, folder) => {
  const notices = readFileSync(join(folder, "THIRD-PARTY-NOTICES.txt"), "utf8");
  const ours = Object.entries(manifest.dependencies ?? {}).filter(([name]) => !name.startsWith("@pulumi/"));
  expect(ours.filter(([name, version]) => !notices.includes(`${name} ${version}`))).toEqual([]);
  // Of a package that only those bring.
  expect(notices).toMatch(/^(?:.*, )?@azure\/msal-common \d/mu);
});

describe("whoever packs the same commit gets the same bytes", () => {
  const digestsIn = (folder: string) =>
    Object.fromEntries(
      readdirSync(folder).map((name) => [
        name,
        createHash("sha256")
          .update(readFileSync(join(folder, name)))
          .digest("hex"),
      ]),
    );
  /** By somebody with another umask, another language and another time zone. */
  const packIn = (clone: string, to: string): Record<string, string> => {
    const run = `umask 077 && exec "$0" tools/build/main.mjs pack --to "$1"`;
    const env = { ...process.env, TZ: "Asia/Tokyo", LC_ALL: "tr_TR.UTF-8" };
    execFileSync("sh", ["-c", run, process.execPath, to], { cwd: clone, env, stdio: "pipe" });
    return digestsIn(to);
  };

  test("by another user, and every user may read what root has installed", async () => {
    const { command, library } = await tarballs();
    expect(packIn(repository, join(temporary, "again"))).toEqual(digestsIn(dirname(command)));
    const listed = [command, library].flatMap((path) =>
      execFileSync("tar", ["--list", "--verbose", "--gunzip", "--file", path], { encoding: "utf8" }).trim().split("\n"),
    );
    const others = listed.filter((line) => !line.startsWith("-rw-r--r-- 0/0 "));
    expect(others.map((line) => line.split(/ +/u)).map(([mode, , , , , path]) => [mode, path])).toEqual([
      ["-rwxr-xr-x", "package/bin/cli/main.js"],
    ]);
  });

  // With one Node.js: which names its modules export is in the bundles.
  testInSoak("in two clones, each with a build of its own", () => {
    const ours = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
    const files = execFileSync("git", ours, { cwd: repository, encoding: "utf8" }).split("\0").filter(Boolean);
    const [one, other] = ["one", "other"].map((name) => {
      const clone = join(temporary, name);
      for (const file of files) cpSync(join(repository, file), join(clone, file));
      for (const modules of ["node_modules", "tools/build/node/node_modules"])
        if (existsSync(join(repository, modules)))
          execFileSync("cp", ["--archive", "--link", join(repository, modules), join(clone, modules)]);
      return packIn(clone, join(temporary, `of-${name}`));
    });
    expect(Object.keys(one ?? {})).toHaveLength(2);
    expect(other).toEqual(one);
    return Promise.resolve();
  });
});

describe("the command alone", () => {
  const inAlone = (argv: string[], PATH = ""): Promise<Finished> => {
    const env = { PATH, HOME: alone };
    // It ends once it has said so.
    const timeout = 30_000;
    return finished(
      spawn(process.execPath, [join(packages.command, "bin", "cli", "main.js"), ...argv], { cwd: alone, env, timeout }),
    );
  };

  test("is three megabytes at most, and npm installs nothing beside it", () => {
    expect(readdirSync(join(alone, "node_modules")).sort()).toEqual([".bin", ".package-lock.json", "secure-app-model"]);
    const packed = filesUnder(packages.command).filter((path) => !path.startsWith(writtenByUse));
    const sizes = packed.map((path) => statSync(join(packages.command, path)).size);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(3e6);
  });

  test("answers what needs no engine, and says what is missing where one is needed, and where to get it", async () => {
    expect(await inAlone(["--version"])).toEqual({ code: 0, text: `${manifest.version}\n` });
    expect(await inAlone(["explain", "AADSTS65001"])).toMatchObject({ code: 0 });
    const missing = /There is no `pulumi` on PATH.*https:\/\/www\.pulumi\.com\/docs\/install\//su;
    for (const name of ["up", "preview", "drift", "rotate"])
      expect([name, await inAlone([name, "--stack", "own"])]).toEqual([
        name,
        { code: 2, text: expect.stringMatching(missing) as string },
      ]);
    expect(await inAlone(["doctor", "--stack", "own"])).toEqual({
      code: 2,
      text: expect.stringMatching(
        /Pulumi engine: no pulumi on PATH.*https:\/\/www\.pulumi\.com\/docs\/install\//su,
      ) as string,
    });
  });
});

describe.each(Object.entries(packages))("the %s", (_, folder) => {
  const filesOf = (): string[] => filesUnder(folder);

  test("prints no file name and no command that its users do not have", () => {
    const programs = filesOf().filter((path) => path.endsWith(".js"));
    const texts = programs.flatMap((path) => literals(join(folder, path)));
    const named = texts.flatMap((text) => text.replace(/\bhttps?:\/\/\S+/gu, "").match(/[\w/.-]+\.md\b/gu) ?? []);
    expect(named).toContain("docs/runbook.md");
    expect(named.filter((path) => !filesOf().includes(path))).toEqual([]);
    const ofTheRepository = texts.filter((text) => /npm (?:run|start|test)\b|embedded.cloud/iu.test(text));
    // The second is printed beside the sources alone.
    const inClones = /^(?:In a clone of the repository |The sources are newer than the build )/u;
    expect(ofTheRepository.filter((text) => !inClones.test(text))).toEqual([]);
  });

  test("has documents whose links lead to one another, or to what README.md says is in the repository alone", () => {
    const files = filesOf();
    const shipped = files.filter((path) => path.endsWith(".md"));
    const outside = shipped.flatMap((document) =>
      links(parts(readDocument(document)).prose)
        .filter(({ target }) => !/^(?:[a-z]+:|#)/u.test(target))
        .map(({ target }) => normalize(join(dirname(document), target.replace(/#.*$/u, ""))))
        .filter((path) => !files.some((file) => file === path || dirname(file) === path)),
    );
    const documentsAndFolders = outside.filter((path) => !/\.(?:ts|png|svg)$/u.test(path));
    const inTheRepository = [
      "CONTRIBUTING.md",
      "docs/acceptance.md",
      "docs/benchmarks.md",
      "docs/seed.md",
      "tools/embedded-cloud/README.md",
    ];
    expect([...new Set(documentsAndFolders)].sort()).toEqual(inTheRepository);
    expect(documents()).toEqual(expect.arrayContaining([...shipped, ...inTheRepository]));
  });
});

/** What TypeScript 5 users set, and Pulumi's own template: `node`. */
const resolutions: Record<string, ts.CompilerOptions> = {
  node: { module: ts.ModuleKind.CommonJS, moduleResolution: ts.ModuleResolutionKind.Node10 },
  node16: { module: ts.ModuleKind.Node16, moduleResolution: ts.ModuleResolutionKind.Node16 },
  nodenext: { module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext },
  bundler: { module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler },
};

describe("a project that installed both", () => {
  test("has no Node.js of them, nothing of the embedded cloud, and each once", () => {
    const { packages: locked } = JSON.parse(readFileSync(join(modules, ".package-lock.json"), "utf8")) as {
      packages: Record<string, { resolved?: string }>;
    };
    expect(locked["node_modules/secure-application-model"]?.resolved).toMatch(/^file:.*\.tgz$/u);
    const names = Object.keys(locked).map((path) => path.replace(/^.*node_modules\//u, ""));
    expect(names.filter((name) => /^node(?:-(?:linux|win|darwin)-|$)|embedded/u.test(name))).toEqual([]);
    expect(readdirSync(join(modules, ".bin"))).toContain("secure-app-model");
    if (!isSoak) expect(names).toEqual(["secure-app-model", "secure-application-model"]);
  });

  // That it then changes nothing, and is destroyed, is the soak's.
  test("type-checks and runs the documented programs, and has its command", async () => {
    await using project = await Project.start();
    const programs = writePrograms(project);
    for (const [name, options] of Object.entries(resolutions))
      expect([name, problemsIn(programs, options)]).toEqual([name, []]);
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
    await commandsOnOwnProgram(command);
    expect(await command("token", "partner-center", "--vault", vaultUri)).toEqual({
      code: 0,
      text: expect.stringMatching(/^Endpoints in place of AzureCloud's: .*\neyJ[\w.-]+\n$/u) as string,
    });
    const me = await inConsumer({ environment: { ...project.environment, VAULT_URI: vaultUri } }, process.execPath, [
      "credential.mts",
    ]);
    expect(me).toEqual({ code: 0, text: expect.stringMatching(/^\{"value":\[\]/u) as string });
    expect(await previewOfTemplate(project)).toMatchObject({
      code: 0,
      text: expect.stringMatching(/\+ 1[0-9] to create/u) as string,
    });
    if (isSoak) expect(await pulumi("destroy", "--yes", "--skip-preview")).toMatchObject({ code: 0 });
  });
});

type Runs = (...argv: string[]) => Promise<Finished>;

/** They read the state: the stack has no settings of this project's. */
async function commandsOnOwnProgram(command: Runs): Promise<void> {
  const own = ["--stack", "own"];
  expect(await command("drift", ...own)).toMatchObject({
    code: 0,
    text: expect.stringContaining("not drifted") as string,
  });
  expect(await command("doctor", ...own)).toMatchObject({
    code: 0,
    // The model's own set, and what the program adds to it.
    text: expect.stringMatching(
      /own: its program is your own, and its state was read, and it is deployed; but up, preview and destroy do not look at the cloud first\n {4}Add to Pulumi\.yaml: options: \{ refresh: always \}\..*: all 7 are declared/su,
    ) as string,
  });
  const rotated = (words: string) => ({ code: 0, text: expect.stringContaining(words) as string });
  expect(await command("rotate", ...own, "--yes")).toMatchObject(rotated("New credential c2 in use."));
  if (isSoak) expect(await command("rotate", ...own, "--yes", "--finish")).toMatchObject(rotated("Removed: c1."));
}

/** A project of the template's, with these packages. test/e2e/ci.test.ts has its jobs. */
async function previewOfTemplate({ configFile, environment }: Project): Promise<Finished> {
  const made = join(temporary, "made");
  await checkOut(made, { stack: "dev" }, readFileSync(configFile, "utf8"), environment);
  symlinkSync(modules, join(made, "node_modules"));
  const argv = ["preview", "--stack", "dev", "--non-interactive", "--color", "never"];
  return await finished(spawn("pulumi", argv, { cwd: made, env: environment, stdio: ["ignore", "pipe", "pipe"] }));
}

/** The engine's messages about its responses, and how many of the vault's client secrets they contained. */
async function debugMessagesOf({ text }: Finished, vault: SecretClient): Promise<object> {
  const secrets: string[] = [];
  for await (const { name } of vault.listPropertiesOfSecrets()) {
    if (name.startsWith("client-credential-")) secrets.push((await vault.getSecret(name)).value ?? "");
  }
  const told = text.includes("RegisterResource RPC finished: ");
  return { told, secrets: secrets.length, shown: secrets.filter((secret) => text.includes(secret)) };
}

/** Declarations, which are the same whatever resolves them: to parse them takes longest. */
const parsed = new Map<string, ts.SourceFile | undefined>();

/** In the programs, and in all that the library declares. */
function problemsIn(programs: readonly string[], resolution: ts.CompilerOptions): string[] {
  const options = { ...resolution, target: ts.ScriptTarget.ES2022, strict: true, types: ["node"], noEmit: true };
  const host = ts.createCompilerHost(options);
  const getSourceFile = host.getSourceFile.bind(host);
  host.getSourceFile = (file, given) => {
    const format = typeof given === "object" ? given.impliedNodeFormat : undefined;
    const key = `${file} ${format ?? ""}`;
    if (!parsed.has(key) || !file.endsWith(".d.ts")) parsed.set(key, getSourceFile(file, given));
    return parsed.get(key);
  };
  host.getCurrentDirectory = () => consumer;
  const program = ts.createProgram(programs, options, host);
  const own = program
    .getSourceFiles()
    .filter(({ fileName }) => programs.includes(fileName) || fileName.startsWith(packages.library));
  expect(own.map(({ fileName }) => fileName)).toContain(join(packages.library, "bin", "components", "library.d.ts"));
  return [...program.getOptionsDiagnostics(), ...own.flatMap((file) => program.getSemanticDiagnostics(file))].map(
    ({ file, messageText }) => `${file?.fileName ?? ""}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`,
  );
}

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
// As the file of \`npm start\` has it.
const endpoints = { ...JSON.parse(readFileSync(file, "utf8")), signInPort: 8600 };
const { metadataHost, resourceManager } = endpoints;`;

/** The programs of docs/architecture.md and docs/exec.md. @returns those to compile */
function writePrograms({ seeds }: Project): string[] {
  const account = seeds.users.serviceAccount.userPrincipalName;
  const [documented, adapted] = programOf("docs/architecture.md", [
    [`const tenantId = "<tenant GUID>";`, embedded],
    [
      `cloud: "AzureCloud",`,
      `cloud: "AzureCloud", endpoints, protect: false, azureManagement: true, delegatedGraph: true,`,
    ],
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
  const programs: Record<string, string> = {
    "documented.ts": documented,
    "index.ts": adapted,
    "documented-credential.ts": documentedCredential,
  };
  const files: Record<string, string> = {
    ...programs,
    // An ES module.
    "credential.mts": credential,
    // As `pulumi new typescript` writes them: the engine's language host compiles the program.
    "tsconfig.json": JSON.stringify({
      compilerOptions: { strict: true, target: "es2020", module: "commonjs", moduleResolution: "node" },
      files: ["index.ts"],
    }),
    "Pulumi.yaml": JSON.stringify({ name: "own-program", runtime: "nodejs" }),
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(consumer, name), content);
  return Object.keys(programs).map((name) => join(consumer, name));
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
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node) || ts.isTemplateLiteralToken(node)) texts.push(node.text);
    node.forEachChild(visit);
  };
  visit(ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.ES2023));
  return texts;
}
