/**
 * The jobs of CI with all their packages, as the registry has them, and one more that wants their identity: what a job without one built, the others run
 * with the packages of the product alone. test/tooling/install-scripts.test.ts has the rest, in a small repository.
 */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CiStack } from "../e2e/support/ci-stack";
import { hostilePackage } from "../support/hostile-package";
import { stackOf } from "../support/github/workflow";

let ci: CiStack;
let stolen: string;
beforeAll(async () => {
  ci = await CiStack.start(stackOf("AzureCloud"), { installs: true });
  await ci.admitRenewal(ci.outputs.clientSecretName);
  // The roles take effect.
  ci.project.emulator.clock.advance(1000);
  stolen = join(ci.project.folder, "stolen.json");
  for (const folder of [ci.checkout, ci.buildCheckout]) addHostilePackage(folder);
}, 300_000);
afterAll(() => ci.close());

/** package.json, and the lock file. */
interface Listed {
  dependencies?: object;
  packages?: Record<string, { dependencies?: object }>;
}

/** As somebody would who gets it into main: into package.json and the lock file. */
function addHostilePackage(folder: string): void {
  const tarball = join(folder, "hostile.tgz");
  hostilePackage(tarball, stolen);
  const change = (name: string, by: (document: Listed) => void): void => {
    const document = JSON.parse(readFileSync(join(folder, name), "utf8")) as Listed;
    by(document);
    writeFileSync(join(folder, name), JSON.stringify(document));
  };
  const resolved = "file:hostile.tgz";
  const integrity = `sha512-${createHash("sha512").update(readFileSync(tarball)).digest("base64")}`;
  change("package.json", (manifest) => {
    manifest.dependencies = { ...manifest.dependencies, hostile: resolved };
  });
  change("package-lock.json", ({ packages = {} }) => {
    const root = packages[""] ?? {};
    root.dependencies = { ...root.dependencies, hostile: resolved };
    Object.assign(packages, {
      "node_modules/hostile": { version: "1.0.0", resolved, integrity, hasInstallScript: true },
    });
  });
}

const packagesIn = (folder: string) => readdirSync(join(folder, "node_modules"));

test("a job without an identity builds, and runs no script of a package", async () => {
  const { code, text } = await ci.run("renew.yml");
  expect([code, code === 0 ? "" : text]).toEqual([0, ""]);
  expect(packagesIn(ci.buildCheckout)).toEqual(expect.arrayContaining(["hostile", "esbuild", "jest"]));
  expect(existsSync(stolen)).toBe(false);
  // The command has its packages in it.
  expect(existsSync(join(ci.checkout, "node_modules"))).toBe(false);
}, 600_000);

test.each(["drift.yml", "up.yml"])(
  "%s is green with the packages of the product alone, and runs no script of theirs",
  async (file) => {
    const { code, text } = await ci.run(file);
    expect([code, code === 0 ? "" : text]).toEqual([0, ""]);
    const packages = packagesIn(ci.checkout);
    expect(packages).toEqual(expect.arrayContaining(["hostile", "@pulumi"]));
    expect(packages.filter((name) => ["esbuild", "jest", "prettier", "hono"].includes(name))).toEqual([]);
    expect(existsSync(stolen)).toBe(false);
  },
  600_000,
);
