import { type Chapter, helpOf } from "../chapter";
import { replyUrlIsGone } from "../conditions";

/** What to run first. */
export const doctor: Chapter = {
  title: "doctor",
  prose: "Looks at every precondition, before anything is deployed and after, and says what mends each.",
  sections: [
    helpOf("doctor"),
    {
      title: "Before anything is deployed",
      prose: "What is not there yet is no failure: `pulumi up` makes it.",
      command: "env -u SECURE_APP_MODEL_VAULT secure-app-model doctor --tenant partner.example",
    },
    {
      title: "After",
      prose: "Of a stack: its configuration and outputs say where to look.",
      command: "secure-app-model doctor --stack dev",
    },
    {
      title: "What is not fine, and its fix",
      prose: "Somebody removed a reply URL in the portal.",
      command: "secure-app-model doctor",
      exitCode: 1,
      given: [replyUrlIsGone],
    },
    {
      title: "In a script",
      prose: "With `--json` the findings are data. The exit code is that of the first ✗.",
      command: "secure-app-model doctor --json > findings.json",
      exitCode: 1,
      given: [replyUrlIsGone],
    },
    {
      title: "Repairing",
      prose: "`--fix` repairs reply URLs and missing service principals, and says what it changed.",
      command: "secure-app-model doctor --fix",
      given: [replyUrlIsGone],
    },
    {
      title: "A login that does not work",
      prose: "What depends on it is not looked at.",
      command: "ARM_CLIENT_SECRET=mistyped secure-app-model doctor",
      exitCode: 1,
    },
  ],
};
