/** The words by which a person starts an installed command: nothing that a registry has runs by them, whoever owns the name there. */
import { execFile, execFileSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { delimiter, dirname, join } from "node:path";
import { invocationOf } from "../../lib/startup/invocation";
import { temporaryFolder } from "../support/temporary-folder";
import { repository } from "./markdown";

const folder = temporaryFolder();
const name = "secure-app-model";
const { own } = invocationOf({ env: { PATH: "" }, argv: [], platform: "linux" });

/** A registry in which a stranger has published the name. */
const asked: string[] = [];
const registry = createServer(({ url = "" }, response) => {
  asked.push(url);
  if (url.endsWith(".tgz")) {
    response.end(readFileSync(join(folder, "stranger.tgz")));
    return;
  }
  const version = { name, version: "9.9.9", bin: { [name]: "x.js" } };
  const dist = { tarball: `${address()}/stranger.tgz` };
  response.setHeader("Content-Type", "application/json");
  response.end(JSON.stringify({ name, "dist-tags": { latest: "9.9.9" }, versions: { "9.9.9": { ...version, dist } } }));
});
const address = () => `http://127.0.0.1:${(registry.address() as AddressInfo).port}`;

/** A file, and the folders that it lies in. */
function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
  chmodSync(join(folder, path), 0o755);
}

beforeAll(async () => {
  await once(registry.listen(0, "127.0.0.1"), "listening");
  write("package/package.json", JSON.stringify({ name, version: "9.9.9", bin: { [name]: "x.js" } }));
  write("package/x.js", "#!/usr/bin/env node\nconsole.log('a stranger');\n");
  execFileSync("tar", ["-czf", "stranger.tgz", "package"], { cwd: folder });
  for (const project of ["installed", "none"])
    write(`${project}/package.json`, '{ "name": "project", "version": "1.0.0" }');
  write(`installed/node_modules/.bin/${name}`, '#!/bin/sh\necho ours "$@"\n');
});
afterAll(() => registry.close());

const typed = async (line: string, project: string) =>
  await new Promise<{ isFine: boolean; stdout: string }>((resolve) => {
    const env = {
      PATH: [dirname(process.execPath), process.env["PATH"]].join(delimiter),
      ...{ HOME: folder, npm_config_cache: join(folder, "cache"), npm_config_registry: address() },
      ...{ npm_config_audit: "false", npm_config_update_notifier: "false" },
    };
    execFile("sh", ["-c", line], { cwd: join(folder, project), env }, (error, stdout) => {
      resolve({ isFine: error === null, stdout });
    });
  });

test("where the command is installed, it runs with its own options", async () => {
  expect(await typed(`${own} consent --yes --tenant t`, "installed")).toEqual({
    isFine: true,
    stdout: "ours consent --yes --tenant t\n",
  });
});

test("where it is not, nothing is fetched and nothing runs", async () => {
  expect(await typed(`${own} consent`, "none")).toEqual({ isFine: false, stdout: "" });
  expect(asked.filter((url) => url.endsWith(".tgz"))).toEqual([]);
  // What it is compared with: a person who answers npx's question with yes.
  expect(await typed(`npx --yes ${name} consent`, "none")).toEqual({ isFine: true, stdout: "a stranger\n" });
});

test("no document and no text of the product has the words without it", () => {
  const files = globSync(["*.md", "docs/**/*.md", "templates/**", "{cli,lib,components}/**/*.ts"], { cwd: repository });
  const isFile = (file: string) => /\.[a-z]+$/u.test(file);
  const without = files.filter(
    (file) =>
      isFile(file) &&
      /\bnpx (?!--no )[\w-]*(?:secure-app-model|\$\{name\})/u.test(readFileSync(join(repository, file), "utf8")),
  );
  expect([files.length > 100, without]).toEqual([true, []]);
});
