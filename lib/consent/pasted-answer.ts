/** A sign-in in a browser on another machine: the address that it could not open is pasted here. */
import { present } from "../errors/failure";
import { isAnswerTo } from "../oauth/authorization-code";
import type { SignInUi } from "./sign-in";

/** How a pasted address is recognized. */
export interface Expected {
  state: string;
  /** The parameter that a successful redirect contains. */
  holds: "code" | "admin_consent";
}

/** Prompts until an address of this sign-in is pasted; a wrong paste can be repeated. @returns its parameters, including a refusal of Entra */
export async function pastedAnswer(expected: Expected, ui: SignInUi, signal: AbortSignal): Promise<URLSearchParams> {
  for (let problem = ""; ;) {
    const text = present(await ui.pastedUrl?.(signal, problem), "There is no prompt to paste into.");
    const answer = readAnswer(expected, text.trim());
    if (typeof answer !== "string") return answer;
    problem = answer;
  }
}

/** The parameters, or the problem of the pasted text; the problem never quotes it. */
function readAnswer(expected: Expected, text: string): URLSearchParams | string {
  const wanted = `It starts with http://localhost and holds ${expected.holds}= and state=.`;
  const url = URL.parse(text);
  if (url === null) return `That is no address. ${wanted}`;
  const { searchParams: parameters } = url;
  if (!parameters.has(expected.holds) && !parameters.has("error")) {
    return parameters.has("redirect_uri")
      ? "That is the address to open in a browser; paste the one it ends at, after the sign-in."
      : `That address holds no answer of a sign-in. ${wanted}`;
  }
  if (isAnswerTo(expected, parameters)) return parameters;
  return "That address is of another sign-in, or was cut off: its state is not this one's. Open the address above, and paste the whole one it ends at.";
}
