/** After the tests of a run: nothing of it is left, so that no run takes what another's program has made. */
const { rmSync } = require("node:fs");

module.exports = () => {
  rmSync(process.env["TEST_RUN_FOLDER"], { recursive: true, force: true });
};
