/** A look: the result of a check of one subject, as text, JSON, an issue or comment, and a post. */
import { createHash } from "node:crypto";
import { harmlessLine } from "../../lib/errors/harmless";
import { withoutSecrets } from "../../lib/errors/secrets";
import { now } from "../../lib/startup/clock";
import { lineOf, type Reported } from "./finding";
import { code, shortened } from "./markdown";

export interface Subject {
  label: "drift" | "token" | "customers" | "failure" | "preview";
  of: "stack" | "vault" | "partner" | "job";
  name: string;
  /** The subject in a few words, which do not depend on the findings. */
  title: string;
}

export interface Look extends Subject {
  /** The result in a few words, none of them from outside: "2 differences". */
  first: string;
  /** All problems. An issue does not change if all are unknown. */
  findings: readonly Reported[];
  /** False: a part of the subject was not read at all. */
  isWhole?: boolean;
  /** The whole result, as Markdown. */
  body: string;
}

/** unknown: the subject could not be checked. */
type Outcome = "open" | "fine" | "unknown";

export interface LookDocument extends Pick<Look, "title" | "first"> {
  outcome: Outcome;
  /** A hash that stays the same with the problems; null if they are unknown. */
  fingerprint: string | null;
}

export function documentOfLook(look: Look): LookDocument {
  const { title, first, findings, isWhole = true } = look;
  const known = findings.filter(isKnown);
  const outcome = known.length > 0 ? "open" : isWhole && findings.length === 0 ? "fine" : "unknown";
  return { title, first, outcome, fingerprint: outcome === "unknown" ? null : fingerprintOf(known) };
}

export const isKnown = ({ state }: Reported): boolean => state !== "unknown";

/** Hash of states and subjects alone: texts contain times, and other words each time. */
function fingerprintOf(findings: readonly Reported[]): string {
  const lines = findings.map(({ state, about, key = about }) => JSON.stringify([state, ...key])).sort();
  return createHash("sha256").update(lines.join("\n")).digest("hex").slice(0, 16);
}

/** Title as plain text on one line; GitHub accepts 256 characters. */
export const headlineOf = ({ title, first }: Look): string => harmlessLine(`${title}: ${first}`).slice(0, 256);

export const linesOf = ({ findings }: Look): string[] => findings.map(lineOf);

/** The look as Markdown, with a link to the run of a workflow. */
export const markdownOf = (look: Look, environment: NodeJS.ProcessEnv): string =>
  `### ${code(headlineOf(look))}\n\n${bodyOf(look, environment)}`;

export const bodyOf = ({ body }: Look, environment: NodeJS.ProcessEnv): string =>
  withoutSecrets(`${shortened(body)}\n\nSeen${seenBy(environment)}.`);

/** The first line of an issue or comment, not yet closed. GitHub does not show it, and a name from outside cannot end it. */
const marker = ({ label, of, name }: Subject): string =>
  `<!-- secure-app-model ${label} of ${of} ${JSON.stringify(name).replaceAll(">", String.raw`\u003e`)}, `;

/** @param text Markdown */
export const withMarker = (look: Look, text: string): string =>
  `${marker(look)}findings ${documentOfLook(look).fingerprint ?? "unknown"} -->\n\n${text}`;

export const fingerprintIn = (body: string | null | undefined): string | undefined =>
  /^<!-- .*, findings ([0-9a-f]{16}) -->/u.exec(body ?? "")?.[1];

/** Whether a bot wrote the marker: anybody may write one, but only a workflow or an installed app writes as a bot. */
export const isOurs = (
  subject: Subject,
  { user, body }: { user?: { type: string } | null | undefined; body?: string | null | undefined },
): boolean => user?.type === "Bot" && body?.startsWith(marker(subject)) === true;

/** The time, and the run of a workflow, with a leading word: ", 2026-11-25T23:59Z by [this run](…)". */
export function seenBy(environment: NodeJS.ProcessEnv): string {
  const run = runIn(environment);
  return `, ${seenAt()}${run === undefined ? "" : ` by [this run](${run})`}`;
}

/** The current minute, in UTC. */
export const seenAt = (): string => `${new Date(now()).toISOString().slice(0, 16)}Z`;

/** The address of this run of a workflow or pipeline. */
export function runIn(environment: NodeJS.ProcessEnv): string | undefined {
  const { GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_RUN_ID } = environment;
  if (GITHUB_SERVER_URL && GITHUB_RUN_ID)
    return `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY ?? ""}/actions/runs/${GITHUB_RUN_ID}`;
  const { SYSTEM_COLLECTIONURI, SYSTEM_TEAMPROJECT = "", BUILD_BUILDID } = environment;
  if (SYSTEM_COLLECTIONURI && BUILD_BUILDID)
    return `${SYSTEM_COLLECTIONURI}${encodeURIComponent(SYSTEM_TEAMPROJECT)}/_build/results?buildId=${BUILD_BUILDID}`;
  return undefined;
}
