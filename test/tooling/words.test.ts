/** The words of this repository: one term for one thing, and none of the figures of speech that readers had to guess at. */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { foreign, repository } from "./markdown";

/** What is not written, and what is instead; in code, names and comments as well. */
const avoided: readonly [phrase: RegExp, instead: string, except?: RegExp][] = [
  [/\b(?:front)?doors?\b/iu, "entry point, client"],
  [/\btoken (?:that )?holds\b/iu, "the token is still valid"],
  [/\bwhat lives\b|\blives? until\b/iu, "when it expires"],
  [/\bmend(?:s|ed|ing)?\b/iu, "fix, repair"],
  [/\bfindWhatExists\b/u, "resolveExisting"],
  [/\b(?:hear|hears|heard)\b/iu, "receive, be told"],
  [/\.says\b|\b(?:const|let) says\b|[{(] ?says[,:)]|^\s+says\??:/mu, "message"],
  [/\bworthIt\b/u, "isRetryable"],
  [/\bwords: (?:readonly )?string\[\]/u, "argv", /^test\/(?:fixes\/az-lines|cli\/completion)\.test\.ts$/u],
  [/\bswitch(?:ed|es|ing)? off\b/iu, "disabled"],
  [/\bnot looked at\b/iu, "skipped, not checked"],
  [/\bis its owner's\b|\bowner's (?:business|to [a-z]+)\b/iu, "its owner manages it"],
  [/\bminutes to act\b/iu, "to take effect"],
  [/\b(?:can|cannot|could) (?:only )?be had\b|\bhad back\b/iu, "not supported; recovered"],
  [/\bit has not looked\b/iu, "not processed"],
  [/\bleast we know of\b/iu, "the smallest set we know of"],
  [/\ball there is\b/iu, "only … goes to stdout"],
  [/\bthe scopes neither\b/iu, "including scopes"],
  [/\btake its row out\b/iu, "remove its row"],
  [/\bknows? no\b|\bnobody knows\b/iu, "does not support, has no; is not known"],
];

/** What comments do not say of programs, which neither speak nor know nor want; in comments alone, outside of quotations. */
const personified: readonly [phrase: RegExp, instead: string][] = [
  [/\b(?:knows|believes|wants|tells|told|heard)\b/iu, "has, requires, shows, reports"],
  [/\b(?:says|speaks)\b(?! nothing\b)/iu, "contains, shows, names, prints"],
  [/\btakes? (?:it|them|this|that|one) for\b/iu, "treats it as, mistakes it for"],
  [/\bhands? (?:it |them |that )?on\b/iu, "passes on"],
  [/\bgoes? on (?:with|from|at|until)\b/iu, "continues with"],
  [/\bmade anew\b|\bnobody's\b/iu, "created again; belongs to no …"],
];

/** The product and the embedded cloud; tests speak of people as well. */
const impersonal = /^(?:cli|components|lib|program|tools\/(?:build|embedded-cloud)(?!\/test))\/|^[a-z]+\.ts$/u;

/** Comment lines of a source without quotations. */
const commentsIn = (text: string): string =>
  (text.match(/^\s*(?:\/\/|\/?\*).*$/gmu) ?? []).join("\n").replace(/"[^"\n]*"|`[^`\n]*`/gu, "");

/** The seed is quoted. */
const quoted = /^test\/tooling\/(?:seed\/|words\.test\.ts$)|^package-lock\.json$/u;
const written = ["**/*.{ts,mjs,cjs,md,yaml,yml,json}", ".github/**/*.yml"];

/** Without code spans and quoted lines, where somebody else's words or former names may stand. */
const unquoted = (file: string, text: string): string =>
  file.endsWith(".md") ? text.replace(/^>.*$/gmu, "").replace(/(`+)[^`\n]+\1/gu, "") : text;

/** The phrases in the files of a pattern, each with what is written instead. */
function foundIn(
  pattern: string | string[],
  phrases: readonly (readonly [phrase: RegExp, instead: string, except?: RegExp])[],
  textOf: (file: string, text: string) => string | undefined,
): { files: number; found: string[] } {
  const files = globSync(pattern, { cwd: repository, exclude: (path) => foreign.test(path) }).flatMap((file) => {
    const text = quoted.test(file) ? undefined : textOf(file, readFileSync(join(repository, file), "utf8"));
    return text === undefined ? [] : [[file, text] as const];
  });
  const found = files.flatMap(([file, text]) =>
    phrases.flatMap(([phrase, instead, except]) => {
      const [first] = except?.test(file) === true ? [] : (phrase.exec(text) ?? []);
      return first === undefined ? [] : [`${file}: "${first.trim()}": ${instead}`];
    }),
  );
  return { files: files.length, found };
}

test("none of the phrases that were replaced comes back", () => {
  const { files, found } = foundIn(written, avoided, unquoted);
  expect([files > 500, found]).toEqual([true, []]);
});

test("comments do not personify programs", () => {
  const comments = (file: string, text: string) => (impersonal.test(file) ? commentsIn(text) : undefined);
  const { files, found } = foundIn("**/*.{ts,mjs,cjs}", personified, comments);
  expect([files > 500, found]).toEqual([true, []]);
});
