/**
 * The jobs of CI with both packages as they are packed, and all that these want, as the registry has them. That no script of a package runs is held by
 * test/tooling/install-scripts.test.ts, in a small project.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { CiStack } from "../e2e/support/ci-stack";
import { tarballs } from "../e2e/support/consumer";
import { stackOf } from "../support/github/workflow";

let ci: CiStack;
beforeAll(async () => {
  ci = await CiStack.start(stackOf("AzureCloud"), { packed: await tarballs() });
  // The roles take effect.
  ci.project.emulator.clock.advance(1000);
}, 300_000);
afterAll(() => ci.close());

test.each(["renew.yml", "drift.yml", "up.yml"])(
  "%s is green with the packages of the product alone",
  async (file) => {
    expect(await ci.run(file)).toMatchObject({ code: 0 });
    const packages = readdirSync(join(ci.checkout, "node_modules"));
    expect(packages).toContain("@pulumi");
    expect(packages.filter((name) => ["esbuild", "jest", "prettier", "hono"].includes(name))).toEqual([]);
  },
  600_000,
);
