/** The real `az` would accept every printed line. */
import ts from "typescript";
import { aadsts } from "../../lib/oauth/aadsts";
import { customerCodes } from "../../lib/oauth/aadsts-codes/customer";
import { AzError, readLine } from "../support/az/arguments";
import { sourcesOfProduct } from "./support/sites";

/** Every call of az() in the sources, only with its literal words. */
const printed = sourcesOfProduct().flatMap(({ file, source }) => {
  const found: { at: string; words: string[] }[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && node.expression.getText(source) === "az")
      found.push({ at: `${file}: ${node.getText(source).replace(/\s+/gu, " ")}`, words: literalsIn(node) });
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
});

/** The texts of a call, in order; without those of a list that it spreads. */
function literalsIn(node: ts.Node): string[] {
  // Some are written as one text, to be split.
  if (ts.isStringLiteralLike(node))
    return node.text.includes(" --") ? node.text.split(" ") : [node.text].filter((one) => one !== " ");
  const found: string[] = [];
  ts.forEachChild(node, (child) => {
    found.push(...literalsIn(child));
  });
  return found;
}

const refusal = (words: readonly string[]): string => {
  try {
    readLine(words);
    return "";
  } catch (error) {
    return (error as AzError).message;
  }
};

test("every command, and every option that stands beside it, is one of the real one's", () => {
  expect(printed.length).toBeGreaterThan(30);
  const wrong = printed.flatMap(({ at, words }) => {
    const said = refusal(words);
    return /misspelled|unrecognized/u.test(said) && !at.includes("noun") ? [`${at}: ${said}`] : [];
  });
  expect(wrong).toEqual([]);
});

test("the catalogue's lines are taken as a whole", () => {
  const entries = [aadsts, customerCodes].flatMap((one) => Object.values(one));
  const commands = entries.flatMap(({ fixes }) => fixes.flatMap(({ commands: all = [] }) => all));
  const lines = commands.filter(({ program }) => program === "az").map(({ args }) => args);
  expect(lines.length).toBeGreaterThan(5);
  expect(lines.map(refusal).filter((one) => one !== "")).toEqual([]);
});

test.each([
  ["nothing", "misspelled"],
  ["ad app remove", "misspelled"],
  ["ad app show --id x --foo y", "unrecognized arguments: --foo"],
  ["ad app show", "--id is required"],
  ["ad app show --id", "--id does not take 0 values"],
  ["ad app show --id x y", "--id does not take 2 values"],
  ["rest --url x --method FOO", "--method does not allow FOO"],
])("the real one takes no line like %s", (line, why) => {
  expect(() => readLine(line.split(" "))).toThrow(new AzError(2, `${why}: az ${line}`));
});
