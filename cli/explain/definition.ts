/** The name, options and help of `explain`. */
import { type Definition } from "../options/define";
import { json } from "../options/shared-options";

export const explain: Definition = {
  name: "explain [text...]",
  about: "print meaning, cause and fix of AADSTS errors; reads a log from standard input",
  options: [json],
  help: `Examples:
  secure-app-model explain AADSTS65001
  pulumi up 2>&1 | secure-app-model explain

Exit code 0: every number is known; 1: a number is unknown, or the log has none; 2: no text was given, or a word that is not a number.`,
  run: "explain",
  isHarmless: true,
};
