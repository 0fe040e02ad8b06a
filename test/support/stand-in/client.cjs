// The process that a shell starts as `az` or `gh`: passes its arguments to the test that created it, and ends with the test's result.
"use strict";
const { request } = require("node:http");
const { text } = require("node:stream/consumers");

const [socketPath, ...argv] = process.argv.slice(2);

const hand = (input) => {
  const asked = request({ socketPath, method: "POST" }, (answer) => {
    void text(answer).then((said) => {
      const { code, stdout, stderr } = JSON.parse(said);
      process.stdout.write(stdout);
      process.stderr.write(stderr);
      process.exitCode = code;
    });
  });
  asked.end(JSON.stringify({ argv, input }));
};

// Standard input is read only if the test requests it: it may be a terminal's.
if (argv.includes("--input")) void text(process.stdin).then(hand);
else hand("");
