/**
 * The order of test files: the longest first. If one of them started last, it would occupy one worker while the others
 * are idle. A fresh clone has no record of durations, which jest uses otherwise: the files named here come first, then all others
 * that run the engine, a browser or printed fixes.
 */
const { default: Sequencer } = require("@jest/test-sequencer");

/** Below test/, without their ending: each takes a quarter of a minute and more. */
const longest = [
  "e2e/package",
  "e2e/transcripts",
  "e2e/demo",
  "e2e/drift",
  "e2e/ci",
  "fixes/stack",
  "fixes/tokens",
  "cli/customers-many",
  "e2e/canary",
  "e2e/two-clouds",
  "e2e/browser",
  "e2e/commands",
  "fixes/sign-in",
  "e2e/killed",
  "fixes/command-line",
  "fixes/tokens-of-a-vault",
  "e2e/certificate",
  "e2e/consent",
  "fixes/refusals",
  "e2e/status-page",
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
