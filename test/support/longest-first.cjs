/**
 * The order of test files: those that run the engine or a browser first. They take longest, and one of them left over for the end
 * would have one of the two workers to itself while the other has nothing to do. A fresh clone has no record of durations, by which
 * jest orders otherwise.
 */
const { default: Sequencer } = require("@jest/test-sequencer");

module.exports = class LongestFirst extends Sequencer {
  sort(tests) {
    const isLong = ({ path }) => path.includes("/test/e2e/");
    return super.sort(tests).toSorted((one, other) => isLong(other) - isLong(one));
  }
};
