// The process that a shell starts as `az`: hands its words to the test that made it, and ends as that says.
"use strict";
const { request } = require("node:http");

const [socketPath, ...words] = process.argv.slice(2);
const asked = request({ socketPath, method: "POST" }, (answer) => {
  let text = "";
  answer.on("data", (chunk) => (text += chunk));
  answer.on("end", () => {
    const { code, stdout, stderr } = JSON.parse(text);
    process.stdout.write(stdout);
    process.stderr.write(stderr);
    process.exitCode = code;
  });
});
asked.end(JSON.stringify(words));
