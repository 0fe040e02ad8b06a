import { type Chapter, helpOf } from "../chapter";
import { applicationIsTamperedWith } from "../conditions";

/** What a scheduled pipeline runs. */
export const drift: Chapter = {
  title: "drift",
  prose:
    "Compares what a stack declares with what is in the cloud, and changes nothing. It needs the engine, the stack's passphrase, and rights to read.",
  sections: [
    helpOf("drift"),
    { title: "No drift", prose: "Exit code 0.", command: "secure-app-model drift --stack dev" },
    {
      title: "Drift",
      prose: "Somebody removed a reply URL in the portal and added a permission.",
      command: "secure-app-model drift --stack dev",
      exitCode: 5,
      given: [applicationIsTamperedWith],
    },
    {
      title: "Drift as JSON",
      prose: "What is null is not declared, or not there.",
      command: "secure-app-model drift --stack dev --json",
      exitCode: 5,
      given: [applicationIsTamperedWith],
    },
    {
      title: "Drift as Markdown",
      prose: "For an issue or a job's summary; `--report-to github` keeps the issue itself.",
      command: "secure-app-model drift --stack dev --markdown",
      exitCode: 5,
      given: [applicationIsTamperedWith],
    },
    {
      title: "A stack that does not exist",
      prose: "Where to look.",
      command: "secure-app-model drift --stack prod",
      exitCode: 2,
    },
    {
      title: "A look that failed",
      prose: "It says nothing about drift, and ends differently.",
      command: "ARM_CLIENT_SECRET=mistyped secure-app-model drift --stack dev",
      exitCode: 1,
    },
    {
      title: "A report without a token for it",
      prose: "Said before the look.",
      command: "secure-app-model drift --stack dev --report-to github",
      exitCode: 2,
    },
  ],
};
