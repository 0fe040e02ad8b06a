/** `explain`: the meaning of errors in a text. A log may contain tokens: only its codes are printed. */
import {
  type CredentialRefusal,
  credentialRefusals,
  credentialRefusalsIn,
} from "../../lib/application/credential-refusals";
import { explained, inputMinutes } from "../../lib/config/limits";
import { fixDocument } from "../../lib/errors/document";
import { byPerson, Failure, type Fix, ownCommand, run, sentence } from "../../lib/errors/failure";
import { fixLines } from "../../lib/errors/text";
import { aadsts } from "../../lib/oauth/aadsts";
import { customerCodes } from "../../lib/oauth/aadsts-codes/customer";
import { deployerCodes } from "../../lib/oauth/aadsts-codes/federation";
import { partnerCenterNumbers } from "../../lib/partner-center/errors";
import { exitCodes, UsageError } from "../terminal/exit-code";
import { printNote } from "../terminal/output";
import { printResult } from "../terminal/result";
import { readInput } from "../terminal/standard-input";

/** @throws ExitWith when a number is unknown, Error when there is none, UsageError when there is no text */
export async function explain(texts: readonly string[], { json = false }: { json?: boolean }): Promise<void> {
  requireNumbers(texts);
  const all = texts.length > 0 ? codesIn(texts.join(" "), true) : await codesOf(process.stdin);
  const codes = new Set([...all].slice(0, explained.numbers));
  if (all.size > codes.size) printNote(`Only the first ${explained.numbers} different numbers are explained.`);
  if (codes.size === 0) {
    throw new Failure(
      "no-aadsts-number",
      "This text has no AADSTS number, so there is nothing to look up.",
      sentence("Errors of this command and of the vault have their own fixes."),
      byPerson("Check everything", ownCommand("doctor")),
    );
  }
  const explanations = [...codes].flatMap(explanationsOf);
  const exitCode = explanations.every(({ known }) => known) ? exitCodes.fine : exitCodes.failed;
  printResult({ json }, { text: () => explanations.map(textOf).join("\n\n"), document: explanations, exitCode });
}

/** A number, or a code of Microsoft Graph's. */
type Code = number | string;

const isNumber = (word: string): boolean => /^(?:AADSTS)?\d{4,8},?$/iu.test(word);

/** If the first word is a number, every other word must be one too. @throws UsageError */
function requireNumbers([first = "", ...others]: readonly string[]): void {
  const isStrange = (word: string) => !isNumber(word) && codesIn(word, true).size === 0;
  if (!isNumber(first) || !others.some(isStrange)) return;
  throw new UsageError("Not every word is an AADSTS number.", sentence("Name numbers alone, or put a text in quotes."));
}

/** Codes as they stand in Entra's texts, JSON bodies and MSAL, in Partner Center's bodies and in our errors. */
const inText = new RegExp(
  String.raw`AADSTS[ :]?(\d{4,8})(?!\d)|"error_codes"\s*:\s*\[([\d\s,]+)\]|Error\(s\): (\d{4,8})(?!\d)` +
    String.raw`|\bcode(?:":)?\s*"?(${Object.keys(partnerCenterNumbers).join("|")})(?!\d)`,
  "giu",
);

/** @param alone whether the text may be only numbers @param upTo the position before which a match ends */
function codesIn(text: string, alone: boolean, upTo = Infinity): Set<Code> {
  const words = alone ? text.split(/[\s,]+/u).filter(Boolean) : [];
  if (words.length > 0 && words.every(isNumber)) return new Set(numbersIn(text));
  const all = [...text.matchAll(inText)].filter((found) => found.index + found[0].length <= upTo);
  return new Set([...all.flatMap((found) => numbersIn(found.slice(1).join(" "))), ...credentialRefusalsIn(text)]);
}

const numbersIn = (text: string): number[] => (text.match(/\d{4,8}/gu) ?? []).map(Number);

/** Longer than any match of the patterns. */
const longestMatch = 1000;
/** Characters that are searched at once. */
const window = 64_000;

/** Reads in pieces: a log may be larger than memory, and may have no line breaks. */
async function codesOf(input: NodeJS.ReadStream): Promise<Set<Code>> {
  if (input.isTTY) {
    const example = run("Name an error, or pipe a log into it", ownCommand("explain", "AADSTS65001"));
    throw new UsageError("No error was given.", example);
  }
  const codes = new Set<Code>();
  const look = (text: string, upTo: number) => {
    for (const code of codesIn(text, false, upTo)) if (codes.size < explained.numbers + 1) codes.add(code);
  };
  let text = "";
  const end = await readInput(explained.bytes, (piece) => {
    text += piece;
    if (text.length < window) return true;
    // A match that the next piece may continue is searched together with that piece.
    look(text, text.length - longestMatch);
    text = text.slice(-2 * longestMatch);
    return codes.size <= explained.numbers;
  });
  look(text, Infinity);
  if (end === "too long") printNote(`Only the first ${explained.bytes / 1_000_000} MB of standard input were read.`);
  if (end === "too late")
    printNote(`Standard input did not end within ${inputMinutes} minutes; the rest of it is not explained.`);
  return codes;
}

/** A number may mean something else in a customer's tenant, or where the deployer signs in. */
function explanationsOf(code: Code): Explanation[] {
  const isPartnerCenters = code in partnerCenterNumbers;
  const name = typeof code === "string" ? code : `${isPartnerCenters ? "Partner Center " : "AADSTS"}${code}`;
  const here = typeof code === "string" ? credentialRefusals[code] : (aadsts[code] ?? partnerCenterNumbers[code]);
  const there = typeof code === "number" ? customerCodes[code] : undefined;
  const ours = typeof code === "number" ? deployerCodes[code] : undefined;
  return [
    ...(here === undefined && there !== undefined ? [] : [explanationOf(code, name, here)]),
    ...(there === undefined ? [] : [explanationOf(code, `${name} in a customer's tenant`, there)]),
    ...(ours === undefined ? [] : [explanationOf(code, `${name} of the deployer's own sign-in`, ours)]),
  ];
}

type Explanation = ReturnType<typeof explanationOf>;

/** `null` if the catalogues have no entry; `fix` is all fixes as one text. */
function explanationOf(
  code: Code,
  name: string,
  entry: Pick<CredentialRefusal, "meaning" | "why" | "fixes"> | undefined,
) {
  const { meaning = null, why = null, fixes = unknown(code) } = entry ?? {};
  const documents = fixes.map((fix) => fixDocument(fix));
  return { code: name, known: meaning !== null, meaning, why, fix: fixLines(fixes).join("\n"), fixes: documents };
}

const unknown = (number: Code): readonly Fix[] => [
  sentence(`Microsoft's description: https://login.microsoftonline.com/error?code=${number}`),
  byPerson("See whether a precondition is missing", ownCommand("doctor")),
];

function textOf({ code, meaning, why, fix }: Explanation): string {
  const first = `${code}: ${meaning ?? "not in this catalogue"}`;
  return [first, ...(why === null ? [] : [why]), ...fix.split("\n")].join("\n  ");
}
