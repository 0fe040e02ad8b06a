import { html, raw } from "hono/html";
import type { Markup } from "./layout";

/** Text or markup. */
export type Cell = string | Markup;

/** A longer table is collapsed at first: otherwise the page would be very long on a telephone. */
const openRows = 6;
/** Of a longer one these are shown. */
const shownRows = 50;

/**
 * A table to unfold, with the number of its rows; "" for no rows, and no column that is always empty.
 * @param cells of an item's row
 */
export function table<T>(
  caption: string,
  columns: readonly string[],
  items: readonly T[],
  cells: (item: T) => readonly Cell[],
): Cell {
  const all = items.length;
  if (all === 0) return "";
  const rows = items.slice(0, shownRows).map(cells);
  const filled = columns.map((_, index) => rows.some((row) => row[index] !== ""));
  const shown = <C>(row: readonly C[]) => row.filter((_, index) => filled[index]);
  const count = (number: number) => number.toLocaleString("en-US");
  const of = all > rows.length ? `${count(rows.length)} of ` : "";
  return html`<details ${rows.length <= openRows ? raw("open") : ""}>
    <summary>${caption} <span class="soft">(${of}${count(all)})</span></summary>
    <div class="scroll" tabindex="0" role="group" aria-label="${caption}">
      <table>
        <thead>
          <tr>
            ${shown(columns).map((column) => html`<th scope="col">${column}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            (row) =>
              html`<tr>
                ${shown(row).map((cell, index) => html`<td data-column="${shown(columns)[index] ?? ""}">${cell}</td>`)}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </details>`;
}

/** An instant, to the second. */
export function instant(iso: string): Markup {
  return html`<time datetime="${iso}">${iso.slice(0, 19).replace("T", " ")}</time>`;
}

export const code = (text: string): Markup => html`<code>${text}</code>`;
/** Longer than a column may be. */
export const longCode = (text: string): Markup => html`<code class="long">${text}</code>`;
export const yesNo = (value: boolean): string => (value ? "yes" : "no");
export const list = (items: readonly string[]): Cell =>
  items.length === 0
    ? ""
    : html`<ul>
        ${items.map((item) => html`<li>${item}</li>`)}
      </ul>`;
