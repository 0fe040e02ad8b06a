/** Replaces everything in docs/commands.md that differs from run to run, and every token, by placeholders: one for each kind. */
import { firstParty } from "../../tools/embedded-cloud/testing/directory";
import { allSeeds } from "../../tools/embedded-cloud/testing/emulator";

const guid = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
/** Ids in every embedded cloud's initial data, and Microsoft's own: they are the same in every run. */
const lasting = JSON.stringify([allSeeds, firstParty]).match(new RegExp(guid, "gu")) ?? [];

const anyOf = (ids: readonly string[]): RegExp => new RegExp(ids.join("|"), "gu");

/** In this order: each one leaves the rest to the next. */
const placeholders: readonly (readonly [RegExp, string])[] = [
  [anyOf(allSeeds.map(({ partner }) => partner.id)), "<tenant>"],
  [anyOf(allSeeds.flatMap(({ customers }) => customers.map(({ id }) => id))), "<customer>"],
  [/\beyJ[\w-]+\.[\w-]+\.[\w-]+/gu, "<token>"],
  // The rest of a sign-in's addresses, on its way and back.
  [/(?<=\/authorize\?client_id=[\da-f-]{36}&|\/consent\?)[^\s"']+/gu, "…"],
  // An embedded cloud's, which no other cloud needs.
  [/^Endpoints in place of AzureCloud's: .*\n/gmu, ""],
  [/(?<=--endpoints )'\{[^']*\}'/gu, "…"],
  [/(?<=\/start\/)[\w-]+/gu, "<random>"],
  [/(?<=client-(?:secret-[a-z\d-]+|certificate)-)[\da-f]{8}\b/gu, "<random>"],
  [new RegExp(`\\b(?!${lasting.join("|")})${guid}\\b|\\b[\\da-f]{32}\\b`, "gu"), "<id>"],
  [/(?<=(?:127\.0\.0\.1|localhost)(?::|%3A))\d+/gu, "<port>"],
  [/(?<=--port )\d+/gu, "<port>"],
  [/\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?Z/gu, "<time>"],
  // Microsoft's own dates are behind us.
  [/(?<!retired on )\b\d{4}-\d\d-\d\d\b/gu, "<date>"],
  // Two years less what has passed since are 729 to 731 days: the length of years differs.
  [/\b\d{3}(?= days left)|(?<="daysLeft":)\d{3}\b/gu, "<days>"],
];

/** @throws Error when something that looks like a token or a secret is still there */
export function withPlaceholders(text: string): string {
  const result = placeholders.reduce((before, [pattern, placeholder]) => before.replace(pattern, placeholder), text);
  const left = /eyJ[\w-]{10,}|\b(?=\w*\d)(?=\w*[a-z])(?=\w*[A-Z])[\w-]{32,}/u.exec(result)?.[0];
  if (left === undefined) return result;
  throw new Error(`Something that looks like a secret would be on the page: ${left.slice(0, 8)}…`);
}
