/** Every fix has a test that runs it where it is printed, unless a person must do it and the fix is marked as such. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { aadsts } from "../../lib/oauth/aadsts";
import { certificateCodes } from "../../lib/oauth/aadsts-codes/certificate";
import { customerCodes } from "../../lib/oauth/aadsts-codes/customer";
import { sitesOfFixes } from "./support/sites";

/** Text in a sentence that a reader would paste, although it should be a command of the fix's data. */
const pasted = /(?:^|[\s(])--[a-z]|\b(?:az|npm|pulumi|secure-app-model) [a-z-]+ |\b[A-Z]+_[A-Z_]+=/u;

interface Entry {
  id: string;
  byPerson: boolean;
}

/** The catalogue's fixes, for each number separately: the same fix may help with one and not with the other. */
const numbers = [aadsts, certificateCodes, customerCodes].flatMap((entries) => Object.entries(entries));
const ofCatalogue: Entry[] = numbers.flatMap(([number, { fixes }]) =>
  fixes.map(({ text, byPerson = false }) => ({ id: `AADSTS${number}: ${text}`, byPerson })),
);
const inCatalogue = /^lib\/oauth\/(?:aadsts-codes\/|remedies\.ts)/u;
const sites = sitesOfFixes();
const elsewhere: Entry[] = sites
  .filter(({ id }) => !inCatalogue.test(id))
  .map(({ id, maker }) => ({ id, byPerson: maker === "byPerson" || (maker === "sentence" && !pasted.test(id)) }));
const entries = [...ofCatalogue, ...elsewhere];

/** Ids in tests of this folder and of the soak: `fix: "…"` in an object or a variable. */
function proven(): Set<string> {
  const folders = [__dirname, join(__dirname, "..", "soak")];
  const files = folders.flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.endsWith(".test.ts") && name !== "complete.test.ts")
      .map((name) => join(folder, name)),
  );
  return new Set([...files.flatMap(idsIn), ...beside()]);
}

/** Ids in comments of tests in other folders, which run a fix as it was printed. */
function beside(): string[] {
  const tests = readdirSync(join(__dirname, ".."), { recursive: true, encoding: "utf8" });
  return tests
    .filter((name) => name.endsWith(".test.ts"))
    .flatMap((name) => [...readFileSync(join(__dirname, "..", name), "utf8").matchAll(/Runs the fix "(.+)"\./gu)])
    .map(([, id = ""]) => id);
}

function idsIn(file: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const isFix =
      (ts.isPropertyAssignment(node) || ts.isVariableDeclaration(node)) && node.name.getText(source) === "fix";
    if (isFix && node.initializer !== undefined && ts.isStringLiteralLike(node.initializer))
      found.push(node.initializer.text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

const known = new Set(entries.map(({ id }) => id));
const run = proven();

test("every fix is run by a test in its situation, or is a person's and says so", () => {
  const without = entries.filter(({ id, byPerson }) => !byPerson && !run.has(id)).map(({ id }) => id);
  expect(without).toEqual([]);
});

test("no test speaks of a fix that is not there", () => {
  expect([...run].filter((id) => !known.has(id))).toEqual([]);
});

test("no fix is made by hand, past its makers", () => {
  expect(sites.length).toBeGreaterThan(200);
  expect(new Set(sites.map(({ id }) => id)).size).toBe(sites.length);
});
