import type { Shell } from "../../lib/errors/invocation";

/** The shells that `env` writes for, by the names that people give them. */
export const shells: Readonly<Record<string, Shell>> = {
  bash: "posix",
  zsh: "posix",
  fish: "fish",
  powershell: "powershell",
  cmd: "cmd",
};
