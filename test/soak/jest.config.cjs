/** `npm run soak`: the long proofs, of which the gate has a sample each. */
const { readdirSync, readFileSync } = require("node:fs");
const { join } = require("node:path");
const { jest } = require("../../package.json");

/** Files of which the gate runs a part: test/e2e/support/soak.ts. */
const tests = join(__dirname, "..");
const sampled = readdirSync(tests, { recursive: true }).filter(
  (name) => name.endsWith(".test.ts") && readFileSync(join(tests, name), "utf8").includes('support/soak"'),
);

module.exports = {
  ...jest,
  rootDir: "../..",
  testMatch: ["<rootDir>/test/soak/**/*.test.ts", ...sampled.map((name) => `<rootDir>/test/${name}`)],
  testPathIgnorePatterns: ["/node_modules/"],
  testTimeout: 900_000,
  globals: { isSoak: true },
};
