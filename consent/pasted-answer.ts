/** A sign-in that ended in a browser elsewhere: the address it could not open is pasted here. */
import { present } from "../errors/failure";
import { isAnswerTo } from "../oauth/authorization-code";
import type { Surface } from "./sign-in";

/** What an address is recognised by. */
export interface Expected {
  state: string;
  /** The parameter that a good answer has. */
  holds: "code" | "admin_consent";
}

/** Asks until an address of this very sign-in is pasted: a wrong paste costs nothing. @returns its parameters, a refusal of Entra included */
export async function pastedAnswer(
  expected: Expected,
  surface: Surface,
  signal: AbortSignal,
): Promise<URLSearchParams> {
  for (let problem = ""; ;) {
    const text = present(await surface.pastedUrl?.(signal, problem), "There is no prompt to paste into.");
    const answer = readAnswer(expected, text.trim());
    if (typeof answer !== "string") return answer;
    problem = answer;
  }
}

/** The parameters, or what is wrong with the paste; the words never hold any of it. */
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
