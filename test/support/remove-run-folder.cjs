/** Runs after the tests: removes the shared folder, so that no run uses another run's files. */
const { rmSync } = require("node:fs");

module.exports = () => {
  rmSync(process.env["TEST_RUN_FOLDER"], { recursive: true, force: true });
};
