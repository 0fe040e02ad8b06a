/**
 * The page of `status --html`: one file that sends no requests. Its content security policy enforces that: no address, and the one style and
 * the one script by their hashes. It shows names, dates and commands, as `status` prints them; no secret's value is passed to it.
 */
import { createHash } from "node:crypto";
import { documentOf } from "../../../lib/errors/document";
import { type Markup, linesMarkup, markup, prose, stepsMarkup, trusted } from "../../../lib/errors/markup";
import { states, worstState } from "../../report/finding";
import type { Attachments } from "./attachments";
import { customersPart } from "./customers-part";
import { driftPart } from "./drift-part";
import { andMore, day, mark, moment, section } from "./elements";
import { isSearched, lives } from "./lifetimes";
import { type Action, type Fact, failedPart, failureAction, isFailed } from "./part";
import { runsPart } from "./runs-part";
import { script } from "./script";
import { iconAddress, shapeDefinitions } from "./shapes";
import { style } from "./style";
import { TimeLine } from "./time-line";
import { idsOf, type Next, vaultPart } from "./vault-part";
import { eachOnce, hostOf, ownVault, reportedVault, type VaultReport, type VaultRows } from "./vaults";
import { countOf, dayText, listOf } from "./words";

type Vaults = readonly [VaultRows, ...VaultRows[]];

export function statusPage(report: VaultReport, attachments: Attachments): string {
  const at = new Date(report.checkedOn);
  const reports = attachments.status.flatMap((one) => (isFailed(one) ? [] : [reportedVault(one, at)]));
  const vaults = eachOnce(ownVault(report), reports);
  const vault = vaultPart(vaults);
  const parts = [
    ...attachments.status.filter(isFailed).map((one) => failedPart("A vault could not be checked", one)),
    ...attachments.drift.map(driftPart),
    ...attachments.customers.map(customersPart),
    ...(attachments.runs === undefined ? [] : [runsPart(attachments.runs)]),
  ];
  const unread = attachments.problems.map((problem) =>
    failureAction("A report could not be read", documentOf(problem)),
  );
  const others = [...parts.flatMap(({ actions }) => actions), ...unread];
  const actions = [...vault.actions, ...others].toSorted(
    (one, other) => states.indexOf(one.state) - states.indexOf(other.state),
  );
  const lists = vaults.flatMap(({ tokens, secrets }) => [tokens, secrets]);
  const line = new TimeLine(lists.flat().reduce((most, { daysLeft }) => Math.max(most, daysLeft ?? 0), 0));
  const positions = positionsOf(vaults, line);
  const where = placeOf(vaults);
  const state = worstState([vault.state, ...others.map((one) => one.state)]);
  const answer = `${vault.answer}${vault.state === "ok" && others.length > 0 ? ` ${countOf(others.length, "other thing")} ${others.length === 1 ? "needs" : "need"} a person.` : ""}`;
  const usesScript = lists.some(isSearched);
  return markup`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policyOf(style + positions, usesScript ? script : undefined)}">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer"><meta name="color-scheme" content="light dark">
<title>${answer} · ${where.short}</title><link rel="icon" href="${iconAddress(state)}">
<style>${trusted(style + positions)}</style></head><body>${shapeDefinitions}
<header><p><strong>Secure Application Model</strong></p><p>${where.long} · ${moment(at)}</p></header>
<main>
<div class="answer">${mark(state)}<div><h1>${answer}</h1>${whatNext(vault.next, actions)}</div></div>
${factList([...vault.facts, ...parts.flatMap(({ facts }) => facts)])}
${actions.length > 0 && section("actions", "What needs a person", markup`<ul class="actions">${actions.map(actionItem)}</ul>`)}
${vaults.map((one, index) => sectionsOf(one, index, line, vaults.length > 1))}
${parts.flatMap(({ sections }) => sections)}
</main>
<footer><p>As of ${moment(at)}. ${limitsOf(vaults)} ${remark(vaults)}</p></footer>
${usesScript && markup`<script>${trusted(script)}</script>`}</body></html>
`.text;
}

function policyOf(styles: string, scripts: string | undefined): string {
  const hash = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
  const run = scripts === undefined ? "" : ` script-src ${hash(scripts)};`;
  return `default-src 'none'; style-src ${hash(styles)};${run} img-src data:; base-uri 'none'; form-action 'none'`;
}

/** The next date on which a person must act, and the action. */
function whatNext(next: Next | undefined, [first]: readonly Action[]): Markup | undefined {
  if (first !== undefined) {
    const when = first.by === undefined ? "Act now" : markup`Act by ${day(first.by)}`;
    return markup`<p>${when}: <a href="#actions">${first.title}</a>.</p>`;
  }
  if (next === undefined) return undefined;
  const { what, by, from, fixes } = next;
  return markup`<p>Next: ${prose(what)} by ${day(by)}.</p><p class="soft">It shows here as a warning from ${day(from)} on, unless that is done before: by a schedule, or with</p>${fixes.map(linesMarkup)}`;
}

const factList = (facts: readonly Fact[]): Markup | false =>
  facts.length > 0 &&
  markup`<ul class="facts">${facts.map(({ state, text, section: id }) => markup`<li>${mark(state)}${id === undefined ? text : markup`<a href="#${id}">${text}</a>`}</li>`)}</ul>`;

const actionItem = ({ state, title, by, said, more, fixes, link }: Action): Markup => {
  const alone = said.filter(({ name }) => name === undefined);
  const named = said.filter(({ name }) => name !== undefined);
  return markup`<li class="${state}"><div><header><h3>${mark(state)}${title}</h3><span class="when">${by === undefined ? "Now" : `By ${dayText(by)}`}</span></header>${alone.map(({ text }) => markup`<p>${prose(text)}</p>`)}${named.length > 0 && markup`<ul>${named.map(({ name = "", text }) => markup`<li>${name}${text !== "" && markup`: ${prose(text)}`}</li>`)}</ul>`}${named.length > 0 && andMore(more, "below")}${stepsMarkup(fixes)}${link && markup`<p><a href="${link.url}" rel="noreferrer">${link.text}</a></p>`}</div></li>`;
};

/** In the header, and in the title. */
function placeOf(vaults: Vaults): Record<"short" | "long", string> {
  const [{ cloud }, ...others] = vaults;
  const host = hostOf(vaults[0]);
  if (others.length === 0) return { short: host, long: `${cloud} · ${host}` };
  const short = countOf(vaults.length, "vault");
  return { short, long: `${short} in ${listOf([...new Set(vaults.map((one) => one.cloud))])}` };
}

/** Where the time line's zones end: each vault is judged by limits of its own. */
const positionsOf = (vaults: Vaults, line: TimeLine): string =>
  `:root{--step:${line.step}%}${vaults
    .map(
      ({ limits }, index) =>
        `.v${index}{--fail-at:${line.positionOf(limits.failDays)}%;--warn-at:${line.positionOf(limits.warnDays)}%}`,
    )
    .join("")}`;

function sectionsOf(vault: VaultRows, index: number, line: TimeLine, isOneOfSeveral: boolean): Markup {
  const { tokens, secrets, cloud, checkedOn } = vault;
  const ids = idsOf(index);
  const about = isOneOfSeveral ? markup`${cloud} · ${hostOf(vault)} · ${moment(checkedOn)}` : undefined;
  return markup`<div class="v${index}">${tokens.length > 0 && lives(ids.tokens, "Refresh tokens", tokens, line, about)}${secrets.length > 0 && lives(ids.secrets, "Client secrets and certificates", secrets, line, about)}</div>`;
}

function limitsOf(vaults: Vaults): string {
  const said = ({ limits: { warnDays, failDays } }: VaultRows) =>
    `warns ${countOf(warnDays, "day")} before an end and fails ${countOf(failDays, "day")} before it.`;
  const [first] = vaults;
  if (vaults.every((one) => said(one) === said(first))) return `It ${said(first)}`;
  return vaults.map((one) => `For ${hostOf(one)} it ${said(one)}`).join(" ");
}

/** Metadata does not show a revocation, so that nothing is green without a word of that. */
function remark(vaults: Vaults): string {
  const unprobed = vaults.reduce((sum, one) => sum + one.unprobed, 0);
  if (unprobed === 0) return "";
  return unprobed === vaults.flatMap(({ tokens }) => tokens).length
    ? "Judged by metadata, which do not show that a token was revoked: status --probe redeems each."
    : `${countOf(unprobed, "token")} judged by metadata, which do not show that one was revoked.`;
}
