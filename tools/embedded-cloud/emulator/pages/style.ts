/** The one stylesheet of every page. No script, no font, no image: nothing is loaded. */
export const style = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#eef1f5, #12161c);
  --card: light-dark(#ffffff, #1b212a);
  --line: light-dark(#d5dae2, #343d4a);
  --text: light-dark(#1a2029, #e8ecf2);
  --soft: light-dark(#566070, #a3aebd);
  --accent: light-dark(#0b5c4b, #5fd3b3);
  --on-accent: light-dark(#ffffff, #06231c);
  --banner: light-dark(#0b5c4b, #0d4a3d);
  --on-banner: #ffffff;
  --alert: light-dark(#a1172c, #ff9aa8);
  --alert-ground: light-dark(#fdecef, #3a1a20);
}
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; background: var(--ground); color: var(--text);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; display: flex; flex-direction: column; }
.banner { padding: .5rem 1rem; text-align: center; font-size: .875rem; color: var(--on-banner); background: var(--banner); }
main { width: 100%; max-width: 30rem; margin: auto; padding: 1.5rem 1rem; }
main.wide { max-width: 80rem; margin: 0 auto; }
.card { padding: 1.75rem; background: var(--card); border: 1px solid var(--line); border-radius: .75rem; }
.card + .card, .card + .hint { margin-top: 1rem; }
h1 { margin: 0 0 .25rem; font-size: 1.5rem; line-height: 1.25; }
h2 { margin: 0 0 .75rem; font-size: 1.125rem; }
form h2, .hint h2, h3 { margin: 1.25rem 0 .5rem; font-size: 1rem; }
p { margin: .25rem 0 1rem; }
.soft { color: var(--soft); }
label { display: block; margin: 1rem 0 .25rem; font-weight: 600; }
input { width: 100%; padding: .625rem .75rem; font: inherit; color: inherit; background: var(--ground);
  border: 1px solid var(--line); border-radius: .5rem; }
.actions { display: flex; flex-wrap: wrap; gap: .75rem; justify-content: flex-end; margin-top: 1.5rem; }
button { padding: .625rem 1.25rem; font: inherit; font-weight: 600; cursor: pointer; border-radius: .5rem;
  color: var(--on-accent); background: var(--accent); border: 1px solid var(--accent); }
button.link { padding: 0; color: var(--accent); background: none; border: 0; text-align: left; text-decoration: underline; }
.box { display: flex; gap: .625rem; align-items: center; }
.box input { width: 1.125rem; height: 1.125rem; margin: 0; }
button.quiet { color: var(--text); background: transparent; border-color: var(--line); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.alert { padding: .75rem 1rem; margin: 1rem 0; color: var(--alert); background: var(--alert-ground); border-radius: .5rem; overflow-wrap: anywhere; }
.hint { padding: 0 .25rem; font-size: .875rem; color: var(--soft); }
.hint p { margin: 0; }
dl { margin: 0; }
dt { margin-top: .5rem; color: var(--text); }
dd { margin: 0; }
details { border-top: 1px solid var(--line); }
summary { padding: .625rem 0; font-weight: 600; cursor: pointer; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; padding-bottom: .75rem; }
.scroll td { white-space: nowrap; }
.scroll .long { display: inline-block; max-width: 32rem; white-space: normal; }
.scroll ul { min-width: 13rem; white-space: normal; }
table { width: 100%; border-collapse: collapse; font-size: .875rem; }
th, td { padding: .375rem .75rem .375rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
ul { margin: 0; padding-left: 1.25rem; }
ul + p { margin-top: 1.5rem; }
a { color: var(--accent); }
pre { margin: 0 0 1rem; padding: .75rem; white-space: pre-wrap; background: var(--ground); border: 1px solid var(--line); border-radius: .5rem; }
code { font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace; font-size: .875em; overflow-wrap: anywhere; }
@media (max-width: 44rem) {
  .card { padding: 1.25rem; }
  .scroll table, .scroll tbody, .scroll tr, .scroll td { display: block; }
  .scroll thead, .scroll td:empty { display: none; }
  .scroll tr { padding: .5rem 0; border-bottom: 1px solid var(--line); }
  .scroll td { padding: .125rem 0; border: 0; white-space: normal; overflow-wrap: anywhere; }
  .scroll td::before { content: attr(data-column) ": "; color: var(--soft); }
  .scroll ul { min-width: 0; }
}
`;
