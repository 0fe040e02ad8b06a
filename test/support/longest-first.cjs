/**
 * The order of test files: the longest first. If one of them started last, it would occupy one worker while the others
 * are idle. A fresh clone has no record of durations, which jest uses otherwise: the files named here come first, then all others
 * that run the engine, a browser or printed fixes.
 */
const { default: Sequencer } = require("@jest/test-sequencer");

/** Below test/, without their ending: each takes a quarter of a minute and more. */
const longest = [
  "fixes/stack",
  "e2e/drift",
  "e2e/transcripts",
  "e2e/ci",
  "e2e/demo",
  "e2e/acceptance",
  "providers/client-certificate",
  "e2e/package",
  "fixes/sign-in",
  "e2e/first-day",
  "e2e/calendar",
  "e2e/doctor",
  "e2e/existing-application",
  "e2e/earlier-state",
  "e2e/interruption",
  "e2e/grants",
  "e2e/canary",
  "e2e/consent",
  "cli/customers-many",
  "e2e/certificate",
  "consent/roll",
  "fixes/refusals",
  "fixes/deployment",
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
