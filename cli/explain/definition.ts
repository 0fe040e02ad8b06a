/** The name, options and help of `explain`. */
import { type Definition } from "../options/define";
import { json } from "../options/shared-options";

export const explain: Definition = {
  name: "explain [text...]",
  about: "print what an AADSTS error means here, its cause and its fix; reads a log from standard input",
  options: [json],
  help: `Examples:
  secure-app-model explain AADSTS65001
  pulumi up 2>&1 | secure-app-model explain

Exit code 0: every number is known; 1: one is not, or there is none; 2: no text was given, or a word that is no number.`,
  run: "explain",
  isHarmless: true,
};
