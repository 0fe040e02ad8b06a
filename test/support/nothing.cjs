/** For unit tests: in the place of what Pulumi's SDK loads and no test uses, half a second a test file (startup/lazy-packages.ts does it for the program). */
module.exports = {};
