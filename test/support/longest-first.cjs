/**
 * The order of test files: the longest first. If one of them started last, it would occupy one worker while the others
 * are idle. A fresh clone has no record of durations, which jest uses otherwise: the files named here come first, then all others
 * that run the engine, a browser or printed fixes.
 */
const { default: Sequencer } = require("@jest/test-sequencer");

/** Paths without `test` and their ending: each takes six seconds and more. */
const longest = [
  "e2e/demo",
  "e2e/package",
  "e2e/transcripts",
  "e2e/acceptance",
  "e2e/drift",
  "e2e/calendar",
  "e2e/ci",
  "e2e/doctor",
  "e2e/killed",
  "fixes/stack",
  "e2e/canary",
  "fixes/sign-in",
  "cli/customers-many",
  "e2e/browser",
  "e2e/interruption",
  "e2e/two-clouds",
  "e2e/existing-application",
  "e2e/status-page",
  "build/bootstrap",
  "embedded-cloud/emulator/graph-strictness",
  "e2e/certificate",
  "http/hostile",
  "cli/input",
  "cli/many-partners",
];

function rank({ path }) {
  const [, room = "", rest = ""] = /(\/embedded-cloud|\/build)?\/test\/(.*)\.test\.ts$/u.exec(path) ?? [];
  const name = `${room}/${rest}`.slice(1);
  const place = longest.indexOf(name);
  if (place !== -1) return place;
  return /^(?:e2e|fixes)\//u.test(name) ? longest.length : longest.length + 1;
}

module.exports = class LongestFirst extends Sequencer {
  sort(tests) {
    return super.sort(tests).toSorted((one, other) => rank(one) - rank(other));
  }
};
