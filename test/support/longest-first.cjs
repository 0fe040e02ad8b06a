/**
 * The order of test files: those that take longest first. One of them left over for the end would have a worker to itself while the others
 * have nothing to do. A fresh clone has no record of durations, by which jest orders otherwise: those that run the engine or a browser come
 * before all others, and of these first the ones that run it most often.
 */
const { default: Sequencer } = require("@jest/test-sequencer");

const longest = [
  "drift",
  "ci",
  "first-day",
  "transcripts",
  "package",
  "demo",
  "acceptance",
  "canary",
  "grants",
  "existing-application",
  "consent",
  "earlier-state",
];

function rank({ path }) {
  const [, name] = /\/test\/e2e\/(.*)\.test\.ts$/u.exec(path) ?? [];
  if (name === undefined) return longest.length + 1;
  const place = longest.indexOf(name);
  return place === -1 ? longest.length : place;
}

module.exports = class LongestFirst extends Sequencer {
  sort(tests) {
    return super.sort(tests).toSorted((one, other) => rank(one) - rank(other));
  }
};
