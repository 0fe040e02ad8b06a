/** Jest's sequencer and its reporter for a mutant: test files in the order that was given, and a line of JSON for each end and each failure. */
const { default: Sequencer } = require("@jest/test-sequencer");

const order = (process.env.TESTS_IN_ORDER ?? "").split("\n");
const print = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

module.exports = class JestParts extends Sequencer {
  sort(tests) {
    const place = ({ path }) => order.findIndex((name) => path.endsWith(`/${name}`));
    return tests.toSorted((one, other) => place(one) - place(other));
  }

  onTestCaseResult(_test, { status, fullName }) {
    if (status === "failed") print({ failed: fullName });
  }

  onTestFileResult(_test, { perfStats: { start, end }, testExecError, numFailingTests }) {
    if (testExecError) print({ failed: `it does not run: ${`${testExecError.message}`.split("\n", 1)[0]}` });
    if (!testExecError && numFailingTests === 0) print({ seconds: (end - start) / 1000 });
  }
};
