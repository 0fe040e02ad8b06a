/** Tokens and client secrets on one time line: who, how it is, how long it lasts. */
import { type Markup, markup, type Piece, trusted } from "../../../lib/errors/markup";
import { leftText } from "../lines";
import { type State, states } from "../../report/finding";
import { day, mark, section } from "./elements";
import type { Row } from "./rows";
import type { TimeLine } from "./time-line";
import { stateOf } from "./urgency";
import { stateWords } from "./words";

/** Rows that are visible at first; the others are collapsed. */
const open = 25;

/** From this number of rows on there is a search field. */
const searchedFrom = 13;

export const isSearched = (rows: readonly Row[]): boolean => rows.length >= searchedFrom;

/** @param about whose they are, where there are several vaults */
export function lives(id: string, title: string, rows: readonly Row[], line: TimeLine, about?: Piece): Markup {
  const [first, others] = [rows.slice(0, open), rows.slice(open)];
  return section(
    id,
    title,
    markup`${isSearched(rows) && searchForm(rows)}${tableOf(first, line)}${
      others.length > 0 &&
      markup`<details><summary>${others.length.toLocaleString("en-US")} more</summary>${tableOf(others, line)}</details>`
    }`,
    about,
  );
}

function searchForm(rows: readonly Row[]): Markup {
  const there = states.filter((state) => rows.some((row) => row.state === state));
  const choice = (state: State) => markup`<option value="${state}">${stateWords[state]}</option>`;
  return markup`<form role="search" hidden><label>Find<input type="search" autocomplete="off" spellcheck="false"></label><label>State<select><option value="">all</option>${there.map(choice)}</select></label><output aria-live="polite"></output></form>`;
}

const tableOf = (rows: readonly Row[], line: TimeLine): Markup =>
  markup`<table class="lives"><colgroup><col><col><col><col></colgroup><thead><tr><th scope="col">Whose</th><th scope="col">State</th><th scope="col" class="life">${axis(line)}</th><th scope="col">Ends</th></tr></thead><tbody>${rows.map((row) => rowOf(row, line))}</tbody></table>`;

const axis = (line: TimeLine): Markup =>
  markup`<div class="axis" role="img" aria-label="Time from now on">${line.ticks.map(({ label }) => markup`<span>${label}</span>`)}</div>`;

function rowOf(row: Row, line: TimeLine): Markup {
  const { state, name, about, endsOn, daysLeft, note, what } = row;
  const more = (text: string) => text !== "" && markup`<small>${text}</small>`;
  const texts = [note, what].filter((text) => text !== "").join(" ");
  return markup`<tr data-state="${state}"><th scope="row">${name}${more(about)}${more(texts)}</th><td class="state">${mark(state)}${stateOf(row)}</td><td class="life">${bar(row, line)}</td><td class="ends">${endsOn && day(endsOn)}${more(leftText(daysLeft))}</td></tr>`;
}

function bar({ state, daysLeft }: Row, line: TimeLine): Markup {
  if (daysLeft === null)
    return trusted(`<svg class="${state}" aria-hidden="true"><line class="none" y1="12" y2="12" x2="100%"/></svg>`);
  const at = line.positionOf(daysLeft);
  return trusted(
    `<svg class="${state}" aria-hidden="true"><line y1="12" y2="12" x2="${at}%"/><use href="#at-${state}" x="${at}%" y="12"/></svg>`,
  );
}
