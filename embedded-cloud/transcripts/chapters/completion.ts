import { type Chapter, helpOf } from "../chapter";

/** For shells. */
export const completion: Chapter = {
  title: "completion",
  prose: "Prints a script for a shell; how to install it is in its help.",
  sections: [
    helpOf("completion"),
    { title: "For bash", prose: "Its first lines.", command: "secure-app-model completion bash | head -n 5" },
    {
      title: "A shell it does not know",
      prose: "Those that it does are named.",
      command: "secure-app-model completion powershell",
      exitCode: 2,
    },
  ],
};
