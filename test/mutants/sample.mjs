// Which mutants a pass tries: a few of each room, by the hash of their names, so that the same code gives the same ones.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import ts from "typescript";
import { mutated, sitesOf } from "./sites.mjs";

const SEED = "1";
const SIZE = 120;

export const roomOf = (file) => /^(?:(?:lib|cli|program)\/[^/]+(?=\/)|[^/]+)/u.exec(file)[0];

const contentOf = (repository, file) => readFileSync(join(repository, file), "utf8");

/** Every site of the product, by its name. */
export function allSites(repository) {
  const files = ["lib", "cli", "components", "program"].flatMap((folder) =>
    readdirSync(join(repository, folder), { recursive: true }).map((name) => `${folder}/${name}`),
  );
  return files.filter((name) => name.endsWith(".ts")).flatMap((file) => sitesOf(file, contentOf(repository, file)));
}

/** Rooms with their share of the sample, by their lines; each has one. */
function shares(repository, files) {
  const lines = new Map();
  for (const file of files) {
    lines.set(roomOf(file), (lines.get(roomOf(file)) ?? 0) + contentOf(repository, file).split("\n").length);
  }
  const total = [...lines.values()].reduce((sum, count) => sum + count, 0);
  const exact = [...lines].map(([room, count]) => ({ room, wanted: (SIZE * count) / total }));
  const given = new Map(exact.map(({ room, wanted }) => [room, Math.max(1, Math.floor(wanted))]));
  const rest = exact.toSorted((one, other) => (other.wanted % 1) - (one.wanted % 1)).filter(({ wanted }) => wanted > 1);
  let left = SIZE - [...given.values()].reduce((sum, count) => sum + count, 0);
  for (const { room } of rest) if (left-- > 0) given.set(room, given.get(room) + 1);
  return given;
}

/** Whether the types of a mutated file hold: what the compiler refuses needs no test. */
function compiler(repository) {
  const { config } = ts.readConfigFile(join(repository, "tools/build/tsconfig.json"), ts.sys.readFile);
  const { options, fileNames } = ts.parseJsonConfigFileContent(
    { ...config, extends: join(repository, "tsconfig.json") },
    ts.sys,
    repository,
  );
  const changed = new Map();
  let version = 0;
  const service = ts.createLanguageService({
    ...ts.sys,
    useCaseSensitiveFileNames: () => ts.sys.useCaseSensitiveFileNames,
    getCompilationSettings: () => options,
    getScriptFileNames: () => fileNames,
    getScriptVersion: (name) => (changed.has(name) ? `${version}` : "0"),
    getScriptSnapshot: (name) => {
      const text = changed.get(name) ?? ts.sys.readFile(name);
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
    },
    getCurrentDirectory: () => repository,
    getDefaultLibFileName: ts.getDefaultLibFilePath,
  });
  return (file, content) => {
    const path = resolve(repository, file);
    version += 1;
    changed.set(path, content);
    const problems = [...service.getSyntacticDiagnostics(path), ...service.getSemanticDiagnostics(path)];
    changed.delete(path);
    return problems.length === 0;
  };
}

export function makeSample(repository) {
  const sites = allSites(repository);
  const compiles = compiler(repository);
  const hash = ({ name }) =>
    createHash("sha256")
      .update(`${SEED}${JSON.stringify(name)}`)
      .digest("hex");
  const chosen = [];
  for (const [room, count] of shares(repository, new Set(sites.map(({ name }) => name.file)))) {
    const candidates = sites.filter(({ name }) => roomOf(name.file) === room);
    let found = 0;
    for (const site of candidates.toSorted((one, other) => hash(one).localeCompare(hash(other)))) {
      if (found === count) break;
      if (!compiles(site.name.file, mutated(contentOf(repository, site.name.file), site))) continue;
      chosen.push(site.name);
      found += 1;
    }
  }
  return chosen;
}
