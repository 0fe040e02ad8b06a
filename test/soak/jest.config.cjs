/** `npm run soak`: the long proofs, of which the gate has a sample each. */
const { jest } = require("../../package.json");

module.exports = {
  ...jest,
  rootDir: "../..",
  testMatch: ["<rootDir>/test/soak/**/*.test.ts"],
  testPathIgnorePatterns: ["/node_modules/"],
  testTimeout: 900_000,
  globals: { isSoak: true },
};
