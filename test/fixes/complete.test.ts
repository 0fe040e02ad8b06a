/** Every fix has a test that runs it where it is printed, unless a person must do it and the fix is marked as such. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { aadsts } from "../../lib/oauth/aadsts";
import { certificateCodes } from "../../lib/oauth/aadsts-codes/federation";
import { customerCodes } from "../../lib/oauth/aadsts-codes/customer";
import { eachNumber } from "./support/printed";
import { sitesOfFixes } from "./support/sites";

/** Text in a sentence that a reader would paste, although it should be a command of the fix's data. */
const pasted = /(?:^|[\s(])--[a-z]|\b(?:az|npm|pulumi|secure-app-model) [a-z-]+ |\b[A-Z]+_[A-Z_]+=/u;

/** What runs fixes, from support/. */
const harness = /\/support\/(?:printed|place|undeployed)"/u;
/** The ids of those that a test runs with it: each of its texts that has the form of one, or of several numbers with the same fix. */
const literals = /"((?:AADSTS[\d,]+|[a-z][\w/-]*\.ts): [^"]+)"/gu;
/** Of those that a test runs in its own way. */
const comments = /Runs the fix "(.+)"\./gu;

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

const folder = join(__dirname, "..");
const tests = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".test.ts"));
const texts = tests.map((name) => readFileSync(join(folder, name), "utf8"));
const run = new Set(
  texts
    .flatMap((text) => [...text.matchAll(comments), ...(harness.test(text) ? text.matchAll(literals) : [])])
    .flatMap(([, id = ""]) => eachNumber(id)),
);
const known = new Set(entries.map(({ id }) => id));

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
