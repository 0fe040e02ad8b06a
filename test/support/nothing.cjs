/**
 * For unit tests: replaces modules that Pulumi's SDK loads and no test uses, which saves half a second for each test file
 * (lib/startup/lazy-packages.ts does it for the program).
 */
module.exports = {};
