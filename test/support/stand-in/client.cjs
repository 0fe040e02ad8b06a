// The process that a shell starts as `az` or `gh`: hands its arguments to the test that made it, and ends as that says.
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

// Standard input is read by whoever is told to read it: else it may be a terminal's.
if (argv.includes("--input")) void text(process.stdin).then(hand);
else hand("");
