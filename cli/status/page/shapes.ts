/** A shape for each state, because colour alone must not distinguish them. Drawn around 0,0, 20 wide. */
import { trusted } from "../../../lib/errors/markup";
import type { State } from "../../report/finding";

/** `a` is filled with the state's colour, `o` drawn in it, `g` drawn in the colour of the ground. */
const shapes: Readonly<Record<State, string>> = {
  ok: `<circle class="a" r="8"/><path class="g" d="m-3.6.2 2.6 2.6 4.6-5.2"/>`,
  warning: `<path class="a" d="M0-8.5 9 7.5H-9Z"/><path class="g" d="M0-3.2v5M0 4.9v.1"/>`,
  failed: `<path class="a" d="M-3.5-8.5h7l5 5v7l-5 5h-7l-5-5v-7Z"/><path class="g" d="m-3-3 6 6m0-6-6 6"/>`,
  unknown: `<path class="a" d="M0-9.5 9.5 0 0 9.5-9.5 0Z"/><path class="g" d="M-2.2-2.2a2.3 2.3 0 1 1 3.4 2.1Q0 .6 0 1.6M0 4.4v.1"/>`,
  skipped: `<circle class="o" r="7"/><path class="o" d="M-3.2 0h6.4"/>`,
};

export const shapeDefinitions = trusted(
  `<svg class="defs" aria-hidden="true">${Object.entries(shapes)
    .map(
      ([state, shape]) =>
        `<symbol id="${state}" viewBox="-10 -10 20 20" overflow="visible">${shape}</symbol><g id="at-${state}">${shape}</g>`,
    )
    .join("")}</svg>`,
);

const iconColours: Readonly<Record<State, string>> = {
  ok: "#1a7f37",
  warning: "#9a6700",
  failed: "#b42318",
  unknown: "#6e40c9",
  skipped: "#57606a",
};

/** In the browser's tab. */
export function iconAddress(state: State): string {
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="-10 -10 20 20" fill="none" stroke="#fff" stroke-width="2" stroke-linecap="round">` +
    `<style>.a{fill:${iconColours[state]};stroke:none}.o{stroke:${iconColours[state]}}</style>${shapes[state]}</svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}
