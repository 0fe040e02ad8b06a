/** `explain`: what the AADSTS numbers in a text mean here. Only numbers of the text are ever printed: a log may hold tokens. */
import { createInterface } from "node:readline";
import { fixesText } from "../../errors/text";
import { aadsts } from "../../oauth/aadsts";
import { exitCodes, ExitWith, UsageError } from "../exit-code";
import { printData } from "../output";

export interface ExplainOptions {
  json?: boolean;
}

/** What is told about one number; `null` where this catalogue knows nothing. */
interface Explanation {
  code: string;
  known: boolean;
  meaning: string | null;
  why: string | null;
  fix: string;
}

/** @throws ExitWith when a number is unknown, Error when there is none, UsageError when there is no text */
export async function explain(words: readonly string[], options: ExplainOptions, input = process.stdin): Promise<void> {
  const codes = words.length > 0 ? codesIn(words.join(" "), true) : await codesOf(input);
  if (codes.size === 0) {
    throw new Error(
      "There is no AADSTS number in this text, so Entra refused nothing that can be looked up. " +
        "Errors of this command and of the vault say what to do themselves; what may be wrong besides: secure-app-model doctor",
    );
  }
  const explanations = [...codes].map(explanationOf);
  printData(explanations.map(textOf).join("\n\n"), options.json ? explanations : undefined);
  if (explanations.some(({ known }) => !known)) throw new ExitWith(exitCodes.failed);
}

/** As Entra writes them in texts, in JSON bodies, and as MSAL repeats them. */
const inText = /AADSTS[ :]?(\d{4,8})(?!\d)|"error_codes"\s*:\s*\[([\d\s,]+)\]|Error\(s\): (\d{4,8})(?!\d)/giu;

/** @param alone whether the text may be nothing but numbers */
function codesIn(text: string, alone: boolean): Set<number> {
  if (alone && /^\s*\d{4,8}([\s,]+\d{4,8})*\s*$/u.test(text)) return new Set(numbersIn(text));
  return new Set([...text.matchAll(inText)].flatMap((found) => numbersIn(found.slice(1).join(" "))));
}

function numbersIn(text: string): number[] {
  return (text.match(/\d{4,8}/gu) ?? []).map(Number);
}

/** A line at a time: a log may be larger than memory. */
async function codesOf(input: NodeJS.ReadStream): Promise<Set<number>> {
  if (input.isTTY) {
    throw new UsageError("What is to be explained? Say secure-app-model explain AADSTS65001, or pipe a log into it.");
  }
  const found = new Set<number>();
  for await (const line of createInterface({ input, crlfDelay: Infinity })) {
    for (const code of codesIn(line, false)) found.add(code);
  }
  return found;
}

function explanationOf(number: number): Explanation {
  const code = `AADSTS${number}`;
  const entry = aadsts[number];
  if (entry !== undefined)
    return { code, known: true, meaning: entry.meaning, why: entry.why, fix: fixesText(entry.fixes) };
  const fix =
    `Read Microsoft's own words at https://login.microsoftonline.com/error?code=${number}, ` +
    "then see whether a precondition is missing: secure-app-model doctor";
  return { code, known: false, meaning: null, why: null, fix };
}

function textOf({ code, meaning, why, fix }: Explanation): string {
  const first = meaning === null ? `${code}: this catalogue does not know it` : `${code}: ${meaning}`;
  return [first, ...(why === null ? [] : [`  why  ${why}`]), `  fix  ${fix}`].join("\n");
}
