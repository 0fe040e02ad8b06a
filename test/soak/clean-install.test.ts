/**
 * The jobs of CI with all their packages, as the registry has them: what a job without an identity built, the others run with the packages of the
 * product alone. That no script of a package runs is held by test/tooling/install-scripts.test.ts, in a small repository.
 */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { CiStack } from "../e2e/support/ci-stack";
import { stackOf } from "../support/github/workflow";

let ci: CiStack;
beforeAll(async () => {
  ci = await CiStack.start(stackOf("AzureCloud"), { installs: true });
  await ci.admitRenewal(ci.outputs.clientSecretName);
  // The roles take effect.
  ci.project.emulator.clock.advance(1000);
}, 300_000);
afterAll(() => ci.close());

const packagesIn = (folder: string) => readdirSync(join(folder, "node_modules"));

test("a job without an identity builds, and the command has its packages in it", async () => {
  expect(await ci.run("renew.yml")).toMatchObject({ code: 0 });
  expect(packagesIn(ci.buildCheckout)).toEqual(expect.arrayContaining(["esbuild", "jest"]));
  expect(existsSync(join(ci.checkout, "node_modules"))).toBe(false);
}, 600_000);

test.each(["drift.yml", "up.yml"])(
  "%s is green with the packages of the product alone",
  async (file) => {
    expect(await ci.run(file)).toMatchObject({ code: 0 });
    const packages = packagesIn(ci.checkout);
    expect(packages).toContain("@pulumi");
    expect(packages.filter((name) => ["esbuild", "jest", "prettier", "hono"].includes(name))).toEqual([]);
  },
  600_000,
);
