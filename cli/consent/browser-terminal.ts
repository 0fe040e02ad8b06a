/** A person at a terminal who opens an address in a browser: on this machine, or on another one. */
import type { SignInUi } from "../../lib/consent/sign-in";
import { printNote } from "../terminal/output";
import { PastedUrls } from "./pasted-url";

/** @param how the person signs in: "with the service account" */
export async function atTerminal<T>(how: string, work: (ui: SignInUi) => Promise<T>): Promise<T> {
  // Standard input is read only when a person must sign in: it may belong to a script.
  let pasted: PastedUrls | undefined;
  try {
    return await work({
      progress: printNote,
      ...(process.stdin.isTTY && process.stderr.isTTY ? { timeLeft: (left) => pasted?.showLeft(left) } : {}),
      showUrl: (url, authorizationUrl) => {
        printNote(
          `Sign in ${how} in the browser that opens, or open:\n\n  ${url}\n\n` +
            "With a browser on another machine (over ssh, say) open this one. It ends at an address that it cannot open, http://localhost…;\n" +
            `paste that address here, or pipe it in:\n\n  ${authorizationUrl}\n`,
        );
        return () => undefined;
      },
      pastedUrl: (signal, problem) => (pasted ??= new PastedUrls()).next(signal, problem),
    });
  } finally {
    pasted?.close();
  }
}
