import { html } from "hono/html";
import type { Markup } from "./layout";

/** Text or markup. */
export type Cell = string | Markup;

/** A captioned table. Nothing at all where there is nothing to show. */
export function table(caption: string, columns: readonly string[], rows: readonly (readonly Cell[])[]): Cell {
  if (rows.length === 0) return "";
  return html`<div class="scroll">
    <table>
      <caption>
        ${caption}
      </caption>
      <thead>
        <tr>
          ${columns.map((column) => html`<th scope="col">${column}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (cells) =>
            html`<tr>
              ${cells.map((cell) => html`<td>${cell}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

export const code = (text: string): Markup => html`<code>${text}</code>`;
export const yesNo = (value: boolean): string => (value ? "yes" : "no");
export const list = (items: readonly string[]): Cell =>
  items.length === 0
    ? ""
    : html`<ul>
        ${items.map((item) => html`<li>${item}</li>`)}
      </ul>`;
