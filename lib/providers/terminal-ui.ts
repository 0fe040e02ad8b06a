/** The engine's display shortens lines: the sign-in URL stays in the terminal's last row until the end. */
import { closeSync, writeSync } from "node:fs";
import { openTerminal } from "../consent/browser";
import type { SignInUi } from "../consent/sign-in";

const escape = "\u001b";
const pauseMilliseconds = 250;

export function terminalUi(platform: NodeJS.Platform = process.platform): SignInUi {
  return {
    progress: (line) => {
      console.error(line);
    },
    showUrl: (url) => {
      const text = `Sign in with the service account: ${url}`;
      console.error(text);
      return pinToLastRow(text, platform);
    },
  };
}

function pinToLastRow(text: string, platform: NodeJS.Platform): () => void {
  let terminal: number;
  try {
    terminal = openTerminal("out", platform);
  } catch {
    // No terminal: the log contains the whole line.
    return () => undefined;
  }
  // Save the cursor, go to the last row, clear it, write, restore the cursor.
  const write = (row: string) => writeSync(terminal, `${escape}7${escape}[999;1H${escape}[2K${row}${escape}8`);
  write(text);
  const timer = setInterval(() => write(text), pauseMilliseconds);
  return () => {
    clearInterval(timer);
    write("");
    closeSync(terminal);
  };
}
