/** A vault's tokens and client secrets on the time line: who, how it is, how long it lasts. */
import { type Markup, markup, type Piece, trusted } from "../../../lib/errors/markup";
import { leftText } from "../lines";
import { type State, states } from "../../report/finding";
import { day, mark, section } from "./elements";
import type { Row, VaultRows } from "./rows";
import type { TimeLine } from "./time-line";
import { ids } from "./vault-part";
import { numberText, stateWords } from "./words";

/** Rows that are visible at first; where there are more, those are collapsed, and a search field finds them. */
const open = 12;

export function lifetimes({ tokens, secrets }: VaultRows, line: TimeLine): Markup {
  const part = (id: string, title: string, whose: string, rows: readonly Row[]): Piece => {
    const tables = [rows.slice(0, open), rows.slice(open)].map((some) => tableOf(whose, some, line));
    return rows.length > 0 && section(id, title, listOf(rows, tables));
  };
  return markup`${part(ids.tokens, "Refresh tokens", "Account", tokens)}${part(ids.secrets, "Client secrets and certificates", "Name", secrets)}`;
}

const listOf = (rows: readonly Row[], [first, others]: readonly Markup[]): Piece =>
  rows.length <= open
    ? first
    : markup`${searchForm(rows)}${first}<details><summary>${numberText(rows.length - open)} more</summary>${others}</details>`;

function searchForm(rows: readonly Row[]): Markup {
  const there = states.filter((state) => rows.some((row) => row.state === state));
  const choice = (state: State) => markup`<option value="${state}">${stateWords[state]}</option>`;
  return markup`<form role="search" hidden><label>Find<input type="search" autocomplete="off" spellcheck="false"></label> <label>State<select><option value="">all</option>${there.map(choice)}</select></label><output aria-live="polite"></output></form>`;
}

function tableOf(whose: string, rows: readonly Row[], line: TimeLine): Markup {
  const axis = markup`<div class="axis" role="img" aria-label="Time from now on">${line.ticks.map(({ label }) => markup`<span>${label}</span>`)}</div>`;
  return markup`<table class="lives"><colgroup><col><col><col><col></colgroup><thead><tr><th scope="col">${whose}</th><th scope="col">State</th><th scope="col" class="life">${axis}</th><th scope="col">Ends</th></tr></thead><tbody>${rows.map((row) => rowOf(row, line))}</tbody></table>`;
}

function rowOf({ state, health, name, about, endsOn, daysLeft, note }: Row, line: TimeLine): Markup {
  const more = (text: string) => text !== "" && markup`<small>${text}</small>`;
  const isShort = state === "ok" || state === "skipped" || health === "ok";
  const words = isShort ? stateWords[state] : `${stateWords[state]}: ${health}`;
  return markup`<tr data-state="${state}"><th scope="row">${name}${more(about)}${more(note)}</th><td class="state">${mark(state)}${words}</td><td class="life">${bar(state, daysLeft, line)}</td><td class="ends">${endsOn && day(endsOn)}${more(leftText(daysLeft))}</td></tr>`;
}

function bar(state: State, daysLeft: number | null, line: TimeLine): Markup {
  const at = daysLeft === null ? undefined : line.positionOf(daysLeft);
  const drawn =
    at === undefined
      ? `<line class="none" y1="12" y2="12" x2="100%"/>`
      : `<line y1="12" y2="12" x2="${at}%"/><use href="#at-${state}" x="${at}%" y="12"/>`;
  return trusted(`<svg class="${state}" aria-hidden="true">${drawn}</svg>`);
}
