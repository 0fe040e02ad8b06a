/** The pages after the sign-in: plain HTML, no script, nothing loaded; marks are drawn inline, as not every system's fonts have them. */

/** What the last page says. */
export interface Outcome {
  title: string;
  /** A paragraph each. */
  lines: string[];
  good: boolean;
}

const style = `
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #57606a; --paper: #f6f8fa; --card: #fff; --line: #d0d7de; --good: #1a7f37; --bad: #b42318; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --soft: #9198a1; --paper: #0d1117; --card: #161b22; --line: #30363d; --good: #3fb950; --bad: #ff7b72; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--paper); color: var(--ink); font: 1rem/1.55 system-ui, sans-serif; }
main { width: calc(100% - 2rem); max-width: 36rem; margin: 1rem; padding: 1.75rem 2rem; background: var(--card); border: 1px solid var(--line); border-radius: .75rem; }
main.waiting:has(+ main) { display: none; }
h1 { display: flex; align-items: center; gap: .6rem; margin: 0 0 .75rem; font-size: 1.35rem; line-height: 1.3; }
svg { flex: none; width: 1.4rem; height: 1.4rem; fill: none; stroke: currentColor; stroke-width: 2.5; stroke-linecap: round; stroke-linejoin: round; }
.good { color: var(--good); } .bad { color: var(--bad); }
p { margin: .6rem 0 0; white-space: pre-line; overflow-wrap: anywhere; } p.soft { color: var(--soft); }
.whole { display: inline-block; max-width: 100%; }`;

const marks = {
  good: `<svg class="good" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true"><circle cx="12" cy="12" r="10"/><path d="m7.5 12.5 3 3 6-6.5"/></svg>`,
  bad: `<svg class="bad" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true"><circle cx="12" cy="12" r="10"/><path d="m8.5 8.5 7 7m0-7-7 7"/></svg>`,
};

/**
 * The last page in two parts: this one at once, `outcomePart` when it is known what happened, which takes this one's place.
 * What is left to do may wait for a vault; without a first part the browser would stay on the page that asked for the consent.
 */
export const waitingPart = `${head("Partner consent")}<main class="waiting"><p>The sign-in came back. Checking and finishing …</p></main>`;

export function outcomePart(outcome: Outcome): string {
  const mark = outcome.good ? marks.good : marks.bad;
  const paragraphs = outcome.lines.map((line) => `<p>${text(line)}</p>`).join("");
  return `<main><h1>${mark}${text(outcome.title)}</h1>${paragraphs}<p class="soft">You can close this window.</p></main></body></html>`;
}

/** A page that needs no waiting. */
export function outcomePage(outcome: Outcome): string {
  return head(`${outcome.title} · Partner consent`) + outcomePart(outcome);
}

function head(title: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title><link rel="icon" href="data:,"><style>${style}</style></head><body>`;
}

/** Ids and addresses move to the next line whole: browsers would break them after any of their hyphens. */
function text(line: string): string {
  return escapeHtml(line).replace(/\S{20,}/gu, `<span class="whole">$&</span>`);
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/gu, (character) => `&#${character.codePointAt(0) ?? 0};`);
}
