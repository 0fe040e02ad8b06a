/** The page: one file whose content security policy forbids requests. No secret's value is passed to it. */
import { createHash } from "node:crypto";
import { type Markup, linesMarkup, markup, type Piece, prose, stepsMarkup, trusted } from "../../../lib/errors/markup";
import { states, worstState } from "../../report/finding";
import type { Attachments } from "./attachments";
import { andMore, day, mark, moment, section } from "./elements";
import { lifetimes } from "./lifetimes";
import type { Action, Fact } from "./part";
import { script } from "./script";
import { iconAddress, shapeDefinitions } from "./shapes";
import { style } from "./style";
import { TimeLine } from "./time-line";
import { type Next, vaultPart } from "./vault-part";
import { eachOnce, ownVault, reportedVault, type VaultReport, type VaultRows, type Vaults } from "./vaults";
import { countOf, dayText, listOf, numberText } from "./words";

export function pageText(report: VaultReport, attachments: Omit<Attachments, "problems">): string {
  const at = new Date(report.checkedOn);
  const vaults = eachOnce(
    ownVault(report),
    attachments.vaults.map((one) => reportedVault(one, at)),
  );
  const vault = vaultPart(vaults);
  const { parts } = attachments;
  const others = parts.flatMap((part) => part.actions ?? []);
  const actions = [...vault.actions, ...others].toSorted(
    (one, other) => states.indexOf(one.state) - states.indexOf(other.state),
  );
  const lists = vaults.flatMap(({ tokens, secrets }) => [tokens, secrets]);
  const line = new TimeLine(lists.flat().reduce((most, { daysLeft }) => Math.max(most, daysLeft ?? 0), 0));
  const styles = style + positionsOf(vaults, line);
  const where = placeOf(vaults);
  const state = worstState([vault.state, ...others.map((one) => one.state)]);
  const beside = `${countOf(others.length, "other thing")} ${others.length === 1 ? "needs" : "need"} a person.`;
  const answer = vault.state === "ok" && others.length > 0 ? `${vault.answer} ${beside}` : vault.answer;
  return markup`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policyOf(styles)}">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer"><meta name="color-scheme" content="light dark">
<title>${answer} · ${where.short}</title><link rel="icon" href="${iconAddress(state)}">
<style>${trusted(styles)}</style></head><body>${shapeDefinitions}
<header><p><strong>Secure Application Model</strong></p><p>${where.long} · ${moment(at)}</p></header>
<main>
<div class="answer">${mark(state)}<div><h1>${answer}</h1>${whatNext(vault.next, actions)}</div></div>
${factList([...vault.facts, ...parts.flatMap(({ fact, section: one }) => (fact ? [{ ...fact, section: one?.id }] : []))])}
${actions.length > 0 && section("actions", "What needs a person", markup`<ul class="actions">${actions.map(actionItem)}</ul>`)}
${vaults.map((one, index) => lifetimes(one, index, line))}
${parts.map(({ section: one }) => one && section(one.id, one.title, one.content))}
</main>
<footer><p>As of ${moment(at)}. ${limitsOf(vaults)} ${remark(vaults)}</p></footer>
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
  return markup`<p>Next: ${prose(title)} by ${day(by)}.</p><p class="soft">It is a warning here from ${day(from)} on. If no schedule does it, run:</p>${fixes.map(linesMarkup)}`;
}

const factList = (facts: readonly Fact[]): Markup | false =>
  facts.length > 0 &&
  markup`<ul class="facts">${facts.map(({ state, text, section: id }) => markup`<li>${mark(state)}${id === undefined ? text : markup`<a href="#${id}">${text}</a>`}</li>`)}</ul>`;

const actionItem = ({ state, title, by, said = [], more = 0, fixes = [], link }: Action): Markup => {
  const paragraphs = said.map(
    ({ text, names = [] }) => markup`${text !== "" && markup`<p>${prose(text)}</p>`}${nameList(names)}`,
  );
  return markup`<li class="${state}"><div><header><h3>${mark(state)}${title}</h3><span class="when">${by === undefined ? "Now" : `By ${dayText(by)}`}</span></header>${paragraphs}${andMore(more, "the command that found them prints each")}${stepsMarkup(fixes)}${link && markup`<p><a href="${link.url}" rel="noreferrer">${link.text}</a></p>`}</div></li>`;
};

/** Names that are visible at first. */
const named = 60;

function nameList(names: readonly string[]): Piece {
  const all = names.map((name, index) => markup`<span class="whole">${name}${index < names.length - 1 && ","}</span> `);
  if (all.length <= named) return all.length > 0 && markup`<p class="names">${all}</p>`;
  return markup`<p class="names">${all.slice(0, named)}…</p><details class="names"><summary>${numberText(all.length - named)} more</summary><p>${all.slice(named)}</p></details>`;
}

function placeOf(vaults: Vaults): Record<"short" | "long", string> {
  const [{ cloud, host }] = vaults;
  if (vaults.length === 1) return { short: host, long: `${cloud} · ${host}` };
  const short = countOf(vaults.length, "vault");
  return { short, long: `${short} in ${listOf([...new Set(vaults.map((one) => one.cloud))])}` };
}

/** Where the time line's zones end: each vault is judged by limits of its own. */
function positionsOf(vaults: Vaults, line: TimeLine): string {
  const ofVault = ({ limits }: VaultRows, index: number) =>
    `.v${index}{--fail-at:${line.positionOf(limits.failDays)}%;--warn-at:${line.positionOf(limits.warnDays)}%}`;
  return `:root{--step:${line.step}%}${vaults.map(ofVault).join("")}`;
}

function limitsOf(vaults: Vaults): string {
  const said = ({ limits: { warnDays, failDays } }: VaultRows) =>
    `warns ${countOf(warnDays, "day")} before an end and fails ${countOf(failDays, "day")} before it.`;
  const [first] = vaults;
  if (vaults.every((one) => said(one) === said(first))) return `It ${said(first)}`;
  return vaults.map((one) => `For ${one.host} it ${said(one)}`).join(" ");
}

/** Metadata does not show a revocation, so that nothing is green without a word of that. */
function remark(vaults: Vaults): string {
  const unprobed = vaults.reduce((sum, one) => sum + one.unprobed, 0);
  if (unprobed === 0) return "";
  return unprobed === vaults.flatMap(({ tokens }) => tokens).length
    ? "Judged by metadata, which do not show that a token was revoked: status --probe redeems each."
    : `${countOf(unprobed, "token")} judged by metadata, which do not show that one was revoked.`;
}
