import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { dynamicKinds, providerCode } from "../../lib/startup/provider-code";

const repository = join(__dirname, "..", "..");

/** As package.json's `exports` name them. */
const modules = [
  ...["adoption", "application-certificate", "client-certificate", "consent", "credential-record"],
  ...["destroy-protection", "grants", "vault-create-mode", "vault-key", "vault-rules"],
].map((name) => `${name}-provider`);

/** As the engine's process does: the code in the state loads a module by the package's name. */
const script = `
const load = (name) => require("node:module").createRequire(process.cwd() + "/pulumi")("secure-application-model/" + name);
const methods = ${JSON.stringify(modules)}.map((name) => ["create", "read", "update", "delete"].map((one) => typeof load(name)[one]));
console.log(JSON.stringify({ methods, files: Object.keys(require.cache).map((file) => file.slice(process.cwd().length)) }));
`;

test("each kind of resource runs its own module", () => {
  const named = dynamicKinds.map((kind) => /load\("(.+-provider)"\)/u.exec(providerCode(kind))?.[1]);
  expect(named).toEqual(modules);
});

test("the code of all dynamic resources is in one file, and no package is read for it", () => {
  const env = { ...process.env, NODE_OPTIONS: "" };
  const text = execFileSync(process.execPath, ["-e", script], { cwd: repository, env, encoding: "utf8" });
  const { methods, files } = JSON.parse(text) as { methods: string[][]; files: string[] };
  expect(methods.flat()).toEqual(Array<string>(modules.length * 4).fill("function"));
  const entries = /^\/bin\/lib\/providers\/[a-z-]+\.js$/u;
  expect(files.filter((file) => !entries.test(file))).toEqual([
    "/bin/lib/startup/compile-cache.js",
    "/bin/cli/providers.js",
  ]);
});
