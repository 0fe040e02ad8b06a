/**
 * The order of test files: the longest first. If one of them started last, it would occupy one worker while the others
 * are idle. A fresh clone has no record of durations, which jest uses otherwise: the files named here come first, then all others
 * that run the engine, a browser or printed fixes.
 */
const { default: Sequencer } = require("@jest/test-sequencer");

/** Below test/, without their ending: each takes seven seconds and more. */
const longest = [
  "e2e/transcripts",
  "e2e/package",
  "e2e/demo",
  "e2e/acceptance",
  "fixes/refusals",
  "e2e/drift",
  "fixes/stack",
  "e2e/calendar",
  "fixes/tokens",
  "fixes/tokens-of-a-vault",
  "e2e/killed",
  "e2e/ci",
  "fixes/sign-in",
  "e2e/certificate",
  "e2e/canary",
  "embedded-cloud/bootstrap/bootstrap",
  "e2e/interruption",
  "cli/customers-many",
  "http/hostile-answers",
  "e2e/doctor",
  "e2e/two-clouds",
  "cli/consent",
  "e2e/commands",
  "e2e/browser",
  "fixes/command-line",
  "embedded-cloud/providers/plugin-process",
  "cli/input",
];

function rank({ path }) {
  const [, name = ""] = /\/test\/(.*)\.test\.ts$/u.exec(path) ?? [];
  const place = longest.indexOf(name);
  if (place !== -1) return place;
  return /^(?:e2e|fixes)\//u.test(name) ? longest.length : longest.length + 1;
}

module.exports = class LongestFirst extends Sequencer {
  sort(tests) {
    return super.sort(tests).toSorted((one, other) => rank(one) - rank(other));
  }
};
