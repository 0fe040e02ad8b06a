import { html, raw } from "hono/html";
import type { Markup } from "./layout";

/** Text or markup. */
export type Cell = string | Markup;

/** A longer table is collapsed at first: otherwise the page would be very long on a telephone. */
const openRows = 6;

/**
 * A table to unfold, with the number of its rows; nothing for no rows, and no column that is always empty.
 * @param all how many rows there are, where these are the first of more
 */
export function table(
  caption: string,
  columns: readonly string[],
  rows: readonly (readonly Cell[])[],
  all = rows.length,
): Cell {
  if (rows.length === 0) return "";
  const filled = columns.map((_, index) => rows.some((cells) => cells[index] !== ""));
  const shown = <T>(cells: readonly T[]) => cells.filter((_, index) => filled[index]);
  const count = (number: number) => number.toLocaleString("en-US");
  return html`<details ${rows.length <= openRows ? raw("open") : ""}>
    <summary>${caption} <span class="soft">(${count(all)})</span></summary>
    <div class="scroll" tabindex="0" role="group" aria-label="${caption}">
      <table>
        <thead>
          <tr>
            ${shown(columns).map((column) => html`<th scope="col">${column}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            (cells) =>
              html`<tr>
                ${shown(cells).map((cell, index) => html`<td data-column="${shown(columns)[index] ?? ""}">${cell}</td>`)}
              </tr>`,
          )}
        </tbody>
      </table>
      ${all > rows.length ? html`<p class="soft">and ${count(all - rows.length)} more</p>` : ""}
    </div>
  </details>`;
}

/** An instant, to the second. */
export function instant(iso: string): Markup {
  return html`<time datetime="${iso}">${iso.slice(0, 19).replace("T", " ")}</time>`;
}

export const code = (text: string): Markup => html`<code>${text}</code>`;
export const yesNo = (value: boolean): string => (value ? "yes" : "no");
export const list = (items: readonly string[]): Cell =>
  items.length === 0
    ? ""
    : html`<ul>
        ${items.map((item) => html`<li>${item}</li>`)}
      </ul>`;
