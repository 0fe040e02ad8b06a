/** Elements that every part of the page uses. */
import { type Markup, markup, type Piece } from "../../../lib/errors/markup";
import type { State } from "../../report/finding";
import { dayText, momentText, numberText } from "./words";

/** The shape of a state; the text beside it has the same meaning. */
export const mark = (state: State): Markup =>
  markup`<svg class="mark ${state}" aria-hidden="true"><use href="#${state}"/></svg>`;

export const section = (id: string, title: Piece, content: Piece): Markup =>
  markup`<section aria-labelledby="${id}"><h2 id="${id}">${title}</h2>${content}</section>`;

export const day = (time: Date): Markup => markup`<time datetime="${time.toISOString()}">${dayText(time)}</time>`;

export const moment = (time: Date): Markup => markup`<time datetime="${time.toISOString()}">${momentText(time)}</time>`;

export const andMore = (count: number): Piece =>
  count > 0 && markup`<p class="soft">And ${numberText(count)} more: the command that found them prints each.</p>`;
