/**
 * For unit tests: replaces modules that Pulumi's SDK loads and no test uses, which saves half a second for each test file
 * (lib/startup/lazy-typescript.ts does it for the program).
 */
module.exports = {};
