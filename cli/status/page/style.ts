/** The page's one stylesheet: only the system's fonts, and nothing that is loaded. */
export const style = `
:root { color-scheme: light dark;
  --ground: light-dark(#f7f8fa, #0e1217); --card: light-dark(#fff, #161b22); --line: light-dark(#d9dee5, #2d343e);
  --ink: light-dark(#1b2028, #e6eaf0); --soft: light-dark(#59636e, #9aa4b1); --link: light-dark(#0b57b0, #79b8ff);
  --ok: light-dark(#1a7f37, #46c066); --warn: light-dark(#8a5a00, #e3b341); --fail: light-dark(#b42318, #ff7b72);
  --unknown: light-dark(#6639ba, #b794f6); --idle: light-dark(#67707b, #8b95a2);
  --fail-zone: light-dark(#fbe4e1, #34191b); --warn-zone: light-dark(#fbf1d9, #2c2413); }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; -webkit-text-size-adjust: 100%; }
header, main, footer { max-width: 70rem; margin: 0 auto; padding: 0 1.5rem; }
header { display: flex; flex-wrap: wrap; gap: .125rem 1.25rem; justify-content: space-between; padding-top: 1.25rem; font-size: .875rem; }
header p, footer p { margin: 0; } header strong { font-weight: 600; }
footer { padding-top: 1rem; padding-bottom: 2.5rem; font-size: .875rem; }
.soft, header, footer { color: var(--soft); } header strong { color: var(--ink); }
h1, h2, h3 { line-height: 1.25; text-wrap: balance; }
h1 { margin: 0; font-size: clamp(1.5rem, 1.1rem + 1.9vw, 2.125rem); font-weight: 650; letter-spacing: -.01em; }
h2 { margin: 0 0 .75rem; font-size: 1.125rem; font-weight: 650; } h2 small { font-weight: 400; }
h3 { margin: 0; font-size: 1rem; font-weight: 600; }
section { margin-top: 2.5rem; }
p { margin: .25rem 0; } p, li, h1, h3, .lives th { overflow-wrap: anywhere; }
.whole { display: inline-block; max-width: 100%; }
a { color: var(--link); text-underline-offset: .15em; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: .2rem; }
code { font: .875em/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
pre { display: flex; gap: .25rem .75rem; align-items: start; justify-content: space-between; margin: .375rem 0 .75rem; padding: .5rem .75rem; white-space: pre-wrap; overflow-wrap: anywhere; background: var(--ground); border: 1px solid var(--line); border-radius: .375rem; }
pre code { min-width: 0; user-select: all; } code span { white-space: nowrap; }
pre button { flex: none; min-width: 4.25rem; margin: -.125rem -.375rem -.125rem 0; padding: .125rem .5rem; font: .8125rem/1.4 system-ui, -apple-system, "Segoe UI", sans-serif; color: var(--link); background: var(--card); border: 1px solid var(--line); border-radius: .25rem; cursor: pointer; }
time { white-space: nowrap; }
.defs { position: absolute; width: 0; height: 0; }
.mark { flex: none; width: 1.125em; height: 1.125em; margin-right: .45em; vertical-align: -.2em; overflow: visible; }
.ok { color: var(--ok); } .warning { color: var(--warn); } .failed { color: var(--fail); } .unknown { color: var(--unknown); } .skipped { color: var(--idle); }
.a { fill: currentColor; } .g, .o { fill: none; stroke: var(--card); stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; } .o { stroke: currentColor; }
.answer { display: grid; grid-template-columns: auto 1fr; gap: 0 1rem; margin-top: 2rem; }
.answer .mark { width: 2.25rem; height: 2.25rem; margin: .1rem 0 0; }
.answer p { margin: .5rem 0 0; font-size: 1.125rem; } .answer .soft { font-size: 1rem; } .answer pre { display: inline-flex; margin-bottom: 0; background: var(--card); }
.facts a { color: inherit; text-decoration-color: var(--idle); }
.facts { display: flex; flex-wrap: wrap; gap: .375rem 1.75rem; margin: 1.5rem 0 0; padding: 1rem 0 0; list-style: none; border-top: 1px solid var(--line); font-size: .9375rem; }
.actions { display: grid; gap: .75rem; margin: 0; padding: 0; list-style: none; }
.actions > li { padding: .875rem 1.125rem .625rem; background: var(--card); border: 1px solid var(--line); border-left: .25rem solid currentColor; border-radius: .5rem; }
.actions > li > div { color: var(--ink); }
.actions header { display: flex; flex-wrap: wrap; gap: 0 1rem; align-items: baseline; justify-content: space-between; max-width: none; padding: 0; font-size: 1rem; color: inherit; }
.actions .when { font-weight: 600; font-size: .875rem; }
.names { font-size: .875rem; } .actions details { margin: 0; } .actions summary { padding: .125rem 0; }
form { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; align-items: end; margin: 0 0 1rem; }
label { display: grid; gap: .125rem; font-size: .875rem; color: var(--soft); }
input, select { height: 2.5rem; min-width: 12rem; padding: .4375rem .625rem; font: inherit; font-size: 1rem; color: var(--ink); background: var(--card); border: 1px solid light-dark(#858f9b, #6b7684); border-radius: .375rem; }
input { width: min(22rem, 80vw); } output { padding-bottom: .4375rem; font-size: .875rem; }
table { width: 100%; border-collapse: collapse; font-size: .9375rem; }
th, td { padding: .5rem .75rem .5rem 0; text-align: left; vertical-align: top; font-weight: 400; border-bottom: 1px solid var(--line); }
thead th { font-size: .8125rem; color: var(--soft); vertical-align: bottom; }
small { display: block; font-size: .8125rem; line-height: 1.4; color: var(--soft); }
.lives { table-layout: fixed; } .lives col:nth-child(1) { width: 19rem; } .lives col:nth-child(2) { width: 9.5rem; } .lives col:nth-child(4) { width: 9.5rem; }
.lives td, .lives th { padding-right: 1rem; } .lives .life { padding-right: 2.25rem; }
.life svg { display: block; width: 100%; height: 1.5rem; overflow: visible; }
tbody .life svg { background: repeating-linear-gradient(to right, var(--line) 0 1px, transparent 1px var(--step)), linear-gradient(to right, var(--fail-zone) 0 var(--fail-at), var(--warn-zone) var(--fail-at) var(--warn-at), transparent var(--warn-at)); }
.life line { stroke: currentColor; stroke-width: 3; stroke-linecap: round; } .life .none { stroke-dasharray: 1 8; }
.axis { display: flex; container-type: inline-size; } .axis span { flex: 2 1 0; min-width: 0; text-align: center; white-space: nowrap; font-size: .75rem; } .axis span:first-child { flex-grow: 1; text-align: left; } .axis span:last-child { flex-grow: 1; display: flex; justify-content: end; }
@container (max-width: 24rem) { .axis span:nth-child(even) { visibility: hidden; } }
@container (max-width: 13rem) { .axis span:not(:first-child, :last-child) { visibility: hidden; } }
details { margin-top: .5rem; } summary { padding: .5rem 0; cursor: pointer; font-weight: 600; color: var(--link); }
[hidden] { display: none !important; }
@media (max-width: 56rem) {
  header, main, footer { padding-left: 1rem; padding-right: 1rem; }
  .answer { gap: 0 .75rem; } .answer .mark { width: 1.75rem; height: 1.75rem; }
  table, tbody, tr { display: block; } thead, colgroup { display: none; }
  tr { padding: .625rem 0; border-bottom: 1px solid var(--line); }
  th, td { display: block; padding: 0; border: 0; }
  .lives tr { display: grid; grid-template-columns: 1fr auto; gap: .25rem 1rem; }
  .lives th, .lives .life { grid-column: 1 / -1; } .lives .life { order: 1; } .lives .life { padding: .125rem .5rem .125rem 0; }
  .lives thead { display: block; position: sticky; top: 0; z-index: 1; background: var(--ground); } .lives thead th:not(.life) { display: none; }
  .lives .ends { padding: 0; text-align: right; }
  th[scope=row] { font-weight: 600; } th[scope=row] small { font-weight: 400; }
}
@media print {
  :root { color-scheme: light; --ground: #fff; } body { font-size: 10pt; } form, pre button { display: none; }
  section, .actions > li, tr { break-inside: avoid; } .mark, .life { print-color-adjust: exact; }
  a { color: inherit; }
}
`;
