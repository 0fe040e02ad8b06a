import type { Chapter } from "../chapter";

/** What holds for all commands. */
export const overview: Chapter = {
  title: "All commands",
  prose:
    "Exit codes: 0 fine, 1 could not tell, 2 usage or configuration, 3 consent needed, 4 rotation of the client secret needed, 5 drift.",
  sections: [
    { title: "The list", prose: "What there is.", command: "secure-app-model --help" },
    {
      title: "A mistyped command",
      prose: "The nearest name is suggested.",
      command: "secure-app-model tokens",
      exitCode: 2,
    },
    {
      title: "Nothing to work on",
      prose: "Cloud and vault are options, or variables that a shell sets once; there is no default.",
      command: "env -u SECURE_APP_MODEL_CLOUD -u SECURE_APP_MODEL_VAULT secure-app-model token graph",
      exitCode: 2,
    },
    {
      title: "A failure as JSON",
      prose: "With `--json` standard output is JSON on every outcome.",
      command: "secure-app-model token mail --json",
      exitCode: 2,
    },
  ],
};
