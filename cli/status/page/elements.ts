/** Elements that every part of the page uses. */
import { escaped, type Markup, markup, type Piece, trusted } from "../../../lib/errors/markup";
import { harmless } from "../../../lib/errors/harmless";
import type { State } from "../../report/finding";
import { dayText, momentText, numberText } from "./words";

/** The shape of a state; the text beside it has the same meaning. */
export const mark = (state: State): Markup =>
  markup`<svg class="mark ${state}" aria-hidden="true"><use href="#${state}"/></svg>`;

export const section = (id: string, title: Piece, content: Piece): Markup =>
  markup`<section aria-labelledby="${id}"><h2 id="${id}">${title}</h2>${content}</section>`;

/** @param columns repeated before each cell on a narrow screen; the first has the rows' headings */
export const table = (columns: readonly string[], rows: readonly (readonly [Piece, ...Piece[]])[]): Markup =>
  markup`<table><thead><tr>${columns.map((column) => markup`<th scope="col">${column}</th>`)}</tr></thead><tbody>${rows.map(
    ([first, ...others]) =>
      markup`<tr><th scope="row">${cell(first)}</th>${others.map((one, index) => markup`<td data-head="${columns[index + 1]}">${cell(one)}</td>`)}</tr>`,
  )}</tbody></table>`;

/** Broken between words, and behind the marks in a long one. */
const cell = (piece: Piece): Piece =>
  typeof piece === "string"
    ? trusted(
        escaped(harmless(piece))
          .replace(/\S{20,}/gu, (word) => word.replace(/[./:,\]]+(?=\w)/gu, "$&<wbr>"))
          .replace(/\w{31,}/gu, `<span class="long">$&</span>`),
      )
    : piece;

export const day = (time: Date): Markup => markup`<time datetime="${time.toISOString()}">${dayText(time)}</time>`;

export const moment = (time: Date): Markup => markup`<time datetime="${time.toISOString()}">${momentText(time)}</time>`;

export const andMore = (count: number, where: string): Piece =>
  count > 0 && markup`<p class="soft">And ${numberText(count)} more: ${where}.</p>`;
