/** The order of a mutant's test files: those nearest to it first, so that most are found in the first. */
const { default: Sequencer } = require("@jest/test-sequencer");

const order = (process.env.TESTS_IN_ORDER ?? "").split("\n");

module.exports = class AsGiven extends Sequencer {
  sort(tests) {
    const place = ({ path }) => order.findIndex((name) => path.endsWith(`/${name}`));
    return tests.toSorted((one, other) => place(one) - place(other));
  }
};
