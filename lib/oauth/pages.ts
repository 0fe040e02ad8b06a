/** The pages after a sign-in: plain HTML that loads nothing. Marks are inline, as fonts may lack them. */
import type { Parts } from "../errors/failure";
import { failureMarkup, type Markup, markup, prose, trusted } from "../errors/markup";

export interface Outcome {
  title: string;
  lines?: readonly string[];
  failure?: Parts;
  link?: { url: string; text: string };
  good: boolean;
}

const style = `
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #57606a; --paper: #f6f8fa; --card: #fff; --line: #d0d7de; --good: #1a7f37; --bad: #b42318; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --soft: #9198a1; --paper: #0d1117; --card: #161b22; --line: #30363d; --good: #3fb950; --bad: #ff7b72; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--paper); color: var(--ink); font: 1rem/1.55 system-ui, sans-serif; }
main { width: calc(100% - 2rem); max-width: 36rem; margin: 1rem; padding: 1.75rem 2rem; background: var(--card); border: 1px solid var(--line); border-radius: .75rem; }
h1 { display: flex; align-items: center; gap: .6rem; margin: 0 0 .75rem; font-size: 1.35rem; line-height: 1.3; }
svg { flex: none; width: 1.4rem; height: 1.4rem; fill: none; stroke: currentColor; stroke-width: 2.5; stroke-linecap: round; stroke-linejoin: round; }
.good { color: var(--good); } .bad { color: var(--bad); }
a { color: inherit; } p { margin: .6rem 0 0; white-space: pre-line; overflow-wrap: anywhere; } .soft { color: var(--soft); }
pre { margin: .4rem 0 0; padding: .6rem .75rem; white-space: pre-wrap; overflow-wrap: anywhere; background: var(--paper); border: 1px solid var(--line); border-radius: .4rem; }
code { font: .875rem/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; user-select: all; } code span { white-space: nowrap; }
.whole { display: inline-block; max-width: 100%; }`;

const marks = {
  good: trusted(
    `<svg class="good" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true"><circle cx="12" cy="12" r="10"/><path d="m7.5 12.5 3 3 6-6.5"/></svg>`,
  ),
  bad: trusted(
    `<svg class="bad" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true"><circle cx="12" cy="12" r="10"/><path d="m8.5 8.5 7 7m0-7-7 7"/></svg>`,
  ),
};

export const outcomePath = "/outcome";

/** The page that requests the outcome at once and shows until it comes; the link is for a browser that stays on it. */
export const waitingPage =
  markup`${head("Checking and finishing", markup`<meta http-equiv="refresh" content="0; url=${outcomePath}">`)}<main><h1>The sign-in came back</h1><p>Checking and finishing …</p><p class="soft"><a href="${outcomePath}">What came of it</a></p></main></body></html>`
    .text;

export const outcomePage = (outcome: Outcome): string => markup`${head(outcome.title)}${mainOf(outcome)}`.text;

const mainOf = ({ title, lines = [], failure, link, good }: Outcome): Markup =>
  markup`<main><h1>${good ? marks.good : marks.bad}${prose(title)}</h1>${lines.map((line) => markup`<p>${prose(line)}</p>`)}${failure && failureMarkup(failure)}${link ? markup`<p><a href="${link.url}">${link.text}</a></p>` : trusted(`<p class="soft">You can close this window.</p>`)}</main></body></html>`;

function head(title: string, more?: Markup): Markup {
  return markup`<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Partner consent</title>${more}<link rel="icon" href="data:,"><style>${trusted(style)}</style></head><body>`;
}
