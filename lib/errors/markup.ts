/** Texts as HTML, for the pages after a sign-in and of `status`. All but markup is escaped. */
import { fixDocuments } from "./document";
import type { Fix, Parts, Problem } from "./failure";
import { harmless, harmlessLine } from "./harmless";

/** HTML that is safe to send. Only {@link markup} and {@link trusted} create it. */
export class Markup {
  constructor(readonly text: string) {}
}

export type Piece = string | number | Markup | readonly Piece[] | false | undefined;

/** Tag of a template. `undefined` and `false` produce nothing; an attribute's value must be in quotes. */
export const markup = (parts: TemplateStringsArray, ...pieces: readonly Piece[]): Markup =>
  new Markup(parts.map((part, index) => part + written(pieces[index])).join(""));

/** HTML, styles and scripts of this program, without any text from outside. */
export const trusted = (text: string): Markup => new Markup(text);

function written(piece: Piece): string {
  if (piece === undefined || piece === false) return "";
  if (piece instanceof Markup) return piece.text;
  if (typeof piece === "object") return piece.map(written).join("");
  return escaped(harmless(String(piece)));
}

const escaped = (text: string): string =>
  text.replace(/[&<>"']/gu, (character) => `&#${character.codePointAt(0) ?? 0};`);

/** Keeps ids and addresses on one line: browsers would break them after any hyphen. */
export const prose = (text: string): Markup =>
  trusted(escaped(harmless(text)).replace(/\S{20,}/gu, `<span class="whole">$&</span>`));

export const failureMarkup = ({ what, why = "", fixes = [], problems = [] }: Parts): Markup =>
  markup`${[what, why].filter((text) => text !== "").map((text) => markup`<p>${prose(text)}</p>`)}${problems.map(problemMarkup)}${fixesMarkup(fixes)}`;

const problemMarkup = ({ where, why, fixes }: Problem): Markup =>
  markup`<p><strong>${harmlessLine(where)}</strong>: ${prose(typeof why === "string" ? why : `found ${why.found}; allowed: ${why.allowed}`)}</p>${fixesMarkup(fixes)}`;

const fixesMarkup = (fixes: readonly Fix[]): Markup => stepsMarkup(fixDocuments({ fixes }));

/** A fix that is printed as it is: the lines are for a shell, in their order. */
export interface Step {
  text: string;
  commands: readonly { line: string }[];
}

export const stepsMarkup = (steps: readonly Step[]): Markup =>
  markup`${steps.map((step, index) => {
    const number = steps.length > 1 && markup`<span class="soft">${index + 1}. </span>`;
    if (step.commands.length === 0) return markup`<p>${number}${prose(step.text)}</p>`;
    return markup`<p>${number}${prose(step.text)}:</p>${linesMarkup(step)}`;
  })}`;

/** Command lines that one click selects. An option's name is not broken after its dashes. */
export const linesMarkup = ({ commands }: Pick<Step, "commands">): Markup => {
  const text = escaped(harmless([...new Set(commands.map(({ line }) => line))].join("\n")));
  return markup`<pre><code>${trusted(text.replace(/(?<=\s)--[\w-]+/gu, "<span>$&</span>"))}</code></pre>`;
};
