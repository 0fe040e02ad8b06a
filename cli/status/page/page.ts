/** The page: one file whose content security policy forbids requests. No secret's value is passed to it. */
import { createHash } from "node:crypto";
import { type Markup, linesMarkup, markup, type Piece, prose, stepsMarkup, trusted } from "../../../lib/errors/markup";
import { states } from "../../report/finding";
import { andMore, day, mark, moment, section } from "./elements";
import { lifetimes } from "./lifetimes";
import type { Action, Fact } from "./part";
import { rowsIn, type VaultReport, type VaultRows, vaultRows } from "./rows";
import { script } from "./script";
import { iconAddress, shapeDefinitions } from "./shapes";
import { style } from "./style";
import { TimeLine } from "./time-line";
import { type Next, vaultPart } from "./vault-part";
import { countOf, dayText, numberText } from "./words";

export function pageText(report: VaultReport): string {
  const at = new Date(report.checkedOn);
  const vault = vaultRows(report);
  const { state, answer, next, facts, actions: all } = vaultPart(vault);
  const actions = all.toSorted((one, other) => states.indexOf(one.state) - states.indexOf(other.state));
  const line = new TimeLine(rowsIn(vault).reduce((most, { daysLeft }) => Math.max(most, daysLeft ?? 0), 0));
  const styles = style + positionsOf(vault, line);
  return markup`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policyOf(styles)}">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer"><meta name="color-scheme" content="light dark">
<title>${answer} · ${vault.host}</title><link rel="icon" href="${iconAddress(state)}">
<style>${trusted(styles)}</style></head><body>${shapeDefinitions}
<header><p><strong>Secure Application Model</strong></p><p>${vault.cloud} · ${vault.host} · ${moment(at)}</p></header>
<main>
<div class="answer">${mark(state)}<div><h1>${answer}</h1>${whatNext(next, actions)}</div></div>
${factList(facts)}
${actions.length > 0 && section("actions", "What needs a person", markup`<ul class="actions">${actions.map(actionItem)}</ul>`)}
${lifetimes(vault, line)}
</main>
<footer><p>As of ${moment(at)}. ${limitsOf(vault)} ${remark(vault)}</p></footer>
<script>${trusted(script)}</script></body></html>
`.text;
}

function policyOf(styles: string): string {
  const hash = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
  return `default-src 'none'; style-src ${hash(styles)}; script-src ${hash(script)}; img-src data:; base-uri 'none'; form-action 'none'`;
}

function whatNext(next: Next | undefined, [first]: readonly Action[]): Markup | undefined {
  if (first !== undefined) {
    const when = first.by === undefined ? "Act now" : markup`Act by ${day(first.by)}`;
    return markup`<p>${when}: <a href="#actions">${first.title}</a>.</p>`;
  }
  if (next === undefined) return undefined;
  const { title, by, from, fixes = [] } = next;
  return markup`<p>Next: ${prose(title)} by ${day(by)}.</p><p class="soft">This page warns from ${day(from)} on. Without a schedule, run:</p>${fixes.map(linesMarkup)}`;
}

const factList = (facts: readonly Fact[]): Markup | false =>
  facts.length > 0 &&
  markup`<ul class="facts">${facts.map(({ state, text, section: id }) => markup`<li>${mark(state)}<a href="#${id}">${text}</a></li>`)}</ul>`;

const actionItem = ({ state, title, by, said = [], more = 0, fixes = [] }: Action): Markup => {
  const paragraphs = said.map(
    ({ text, names = [] }) => markup`${text !== "" && markup`<p>${prose(text)}</p>`}${nameList(names)}`,
  );
  return markup`<li class="${state}"><div><header><h3>${mark(state)}${title}</h3><span class="when">${by === undefined ? "Now" : `By ${dayText(by)}`}</span></header>${paragraphs}${andMore(more)}${stepsMarkup(fixes)}</div></li>`;
};

/** Names that are visible at first. */
const named = 60;

function nameList(names: readonly string[]): Piece {
  const all = names.map((name, index) => markup`<span class="whole">${name}${index < names.length - 1 && ","}</span> `);
  if (all.length <= named) return all.length > 0 && markup`<p class="names">${all}</p>`;
  return markup`<p class="names">${all.slice(0, named)}…</p><details class="names"><summary>${numberText(all.length - named)} more</summary><p>${all.slice(named)}</p></details>`;
}

/** Where the time line's zones end. */
const positionsOf = ({ limits }: VaultRows, line: TimeLine): string =>
  `:root{--step:${line.step}%;--fail-at:${line.positionOf(limits.failDays)}%;--warn-at:${line.positionOf(limits.warnDays)}%}`;

const limitsOf = ({ limits: { warnDays, failDays } }: VaultRows): string =>
  `It warns ${countOf(warnDays, "day")} before an end and fails ${countOf(failDays, "day")} before it.`;

/** Metadata does not show a revocation, so that nothing is green without a word of that. */
function remark({ unprobed, tokens }: VaultRows): string {
  if (unprobed === 0) return "";
  return unprobed === tokens.length
    ? "Judged by metadata, which do not show that a token was revoked: status --probe redeems each."
    : `${countOf(unprobed, "token")} judged by metadata, which do not show that one was revoked.`;
}
