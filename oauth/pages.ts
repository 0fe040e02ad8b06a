/** The pages a person sees after the sign-in. Plain HTML, no script, nothing loaded from anywhere. */

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
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--paper); color: var(--ink); font: 1rem/1.55 system-ui, sans-serif; }
main { max-width: 34rem; margin: 1.5rem; padding: 2rem 2.25rem; background: var(--card); border: 1px solid var(--line); border-radius: .75rem; }
h1 { margin: 0 0 .75rem; font-size: 1.35rem; } h1 span { margin-right: .5rem; } .good { color: var(--good); } .bad { color: var(--bad); }
p { margin: .6rem 0 0; overflow-wrap: anywhere; } p.soft { color: var(--soft); }`;

export function outcomePage(outcome: Outcome): string {
  const mark = outcome.good
    ? `<span class="good" aria-hidden="true">✓</span>`
    : `<span class="bad" aria-hidden="true">✗</span>`;
  const paragraphs = outcome.lines.map((line) => `<p>${escapeHtml(line)}</p>`).join("");
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(outcome.title)} · Partner consent</title><style>${style}</style></head>
<body><main><h1>${mark}${escapeHtml(outcome.title)}</h1>${paragraphs}<p class="soft">You can close this window.</p></main></body></html>`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/gu, (character) => `&#${character.codePointAt(0) ?? 0};`);
}
