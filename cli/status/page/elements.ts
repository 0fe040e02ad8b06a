/** Elements that every part of the page uses. */
import { type Markup, markup, type Piece } from "../../../lib/errors/markup";
import type { State } from "../../report/finding";
import { dayText, momentText } from "./words";

/** The shape of a state; the text beside it has the same meaning. */
export const mark = (state: State): Markup =>
  markup`<svg class="mark ${state}" aria-hidden="true"><use href="#${state}"/></svg>`;

/** @param about where it is, below its title and named with it */
export const section = (id: string, title: string, content: Piece, about?: Piece): Markup =>
  markup`<section aria-labelledby="${id}"><h2 id="${id}">${title}${about !== undefined && markup` <small>${about}</small>`}</h2>${content}</section>`;

/** @param columns the headings, which are repeated before each cell on a narrow screen; the first one is the row's heading */
export const table = (columns: readonly string[], rows: readonly (readonly [Piece, ...Piece[]])[]): Markup =>
  markup`<table><thead><tr>${columns.map((column) => markup`<th scope="col">${column}</th>`)}</tr></thead><tbody>${rows.map(
    ([first, ...others]) =>
      markup`<tr><th scope="row">${first}</th>${others.map((cell, index) => markup`<td data-head="${columns[index + 1]}">${cell}</td>`)}</tr>`,
  )}</tbody></table>`;

export const day = (time: Date): Markup => markup`<time datetime="${time.toISOString()}">${dayText(time)}</time>`;

export const moment = (time: Date): Markup => markup`<time datetime="${time.toISOString()}">${momentText(time)}</time>`;

/** A note that a list is incomplete. */
export const andMore = (count: number, where: string): Piece =>
  count > 0 && markup`<p class="soft">And ${count.toLocaleString("en-US")} more: ${where}.</p>`;
