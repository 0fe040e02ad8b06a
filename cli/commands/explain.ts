/** `explain`: what the AADSTS numbers in a text mean here, and Partner Center's own. Only numbers of the text are ever printed: a log may hold tokens. */
import { createInterface } from "node:readline";
import { fixDocument } from "../../errors/document";
import { byPerson, Failure, type Fix, ownCommand, run, sentence } from "../../errors/failure";
import { fixesText } from "../../errors/text";
import { aadsts } from "../../oauth/aadsts";
import { partnerCenterNumbers } from "../../partner-center/errors";
import { exitCodes, ExitWith, UsageError } from "../exit-code";
import { printData } from "../output";

/** @throws ExitWith when a number is unknown, Error when there is none, UsageError when there is no text */
export async function explain(words: readonly string[], { json }: { json?: boolean }): Promise<void> {
  const codes = words.length > 0 ? codesIn(words.join(" "), true) : await codesOf(process.stdin);
  if (codes.size === 0) {
    throw new Failure(
      "no-aadsts-number",
      "There is no AADSTS number in this text, so Entra refused nothing that can be looked up.",
      sentence("Errors of this command and of the vault say what to do themselves."),
      byPerson("Find out what else may be wrong", ownCommand("doctor")),
    );
  }
  const explanations = [...codes].map(explanationOf);
  printData(explanations.map(textOf).join("\n\n"), json ? explanations : undefined);
  if (explanations.some(({ known }) => !known)) throw new ExitWith(exitCodes.failed);
}

/** As Entra writes them in texts, in JSON bodies, and as MSAL repeats them; Partner Center's as its bodies and our own errors write them. */
const inText = new RegExp(
  String.raw`AADSTS[ :]?(\d{4,8})(?!\d)|"error_codes"\s*:\s*\[([\d\s,]+)\]|Error\(s\): (\d{4,8})(?!\d)` +
    String.raw`|\bcode(?:":)?\s*"?(${Object.keys(partnerCenterNumbers).join("|")})(?!\d)`,
  "giu",
);

/** @param alone whether the text may be nothing but numbers */
function codesIn(text: string, alone: boolean): Set<number> {
  if (alone && /^\s*\d{4,8}([\s,]+\d{4,8})*\s*$/u.test(text)) return new Set(numbersIn(text));
  return new Set([...text.matchAll(inText)].flatMap((found) => numbersIn(found.slice(1).join(" "))));
}

const numbersIn = (text: string): number[] => (text.match(/\d{4,8}/gu) ?? []).map(Number);

/** A line at a time: a log may be larger than memory. */
async function codesOf(input: NodeJS.ReadStream): Promise<Set<number>> {
  if (input.isTTY) {
    const example = run("Name an error, or pipe a log into it", ownCommand("explain", "AADSTS65001"));
    throw new UsageError("What is to be explained?", example);
  }
  const found = new Set<number>();
  for await (const line of createInterface({ input, crlfDelay: Infinity })) {
    for (const code of codesIn(line, false)) found.add(code);
  }
  return found;
}

/** `null` where this catalogue knows nothing; `fix` is all fixes as one text. */
function explanationOf(number: number) {
  const { meaning = null, why = null, fixes = unknown(number) } = aadsts[number] ?? partnerCenterNumbers[number] ?? {};
  const known = meaning !== null;
  const code = number in partnerCenterNumbers ? `Partner Center ${number}` : `AADSTS${number}`;
  return { code, known, meaning, why, fix: fixesText(fixes), fixes: fixes.map(fixDocument) };
}

const unknown = (number: number): readonly Fix[] => [
  sentence(`Read Microsoft's own words: https://login.microsoftonline.com/error?code=${number}`),
  byPerson("See whether a precondition is missing", ownCommand("doctor")),
];

function textOf({ code, meaning, why, fix }: ReturnType<typeof explanationOf>): string {
  const first = `${code}: ${meaning ?? "this catalogue does not know it"}`;
  return [first, ...(why === null ? [] : [`  why  ${why}`]), `  fix  ${fix}`].join("\n");
}
