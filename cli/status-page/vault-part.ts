/** The main result: whether the tokens and client secrets of a vault are good, and when somebody must act next. */
import { lastWith } from "../../consent/lifetime";
import type { Limits } from "../../consent/verdict";
import type { Parts } from "../../errors/failure";
import { type Step, stepsOf } from "../../errors/markup";
import { noToken } from "../partner-token";
import { type JudgedSecret, type JudgedToken, judgeSecretEntry, judgeTokenEntry } from "../status/verdicts";
import type { Action, Fact } from "./part";
import { type Row, secretRow, sorted, tokenRow } from "./rows";
import { actionsOf, failureAction, subjectOf } from "./urgency";
import { capital, countOf, listOf, type Tone, tones, toneWords, worstTone } from "./words";

/** The result of `status` for a vault. */
export interface VaultReport {
  cloud: string;
  vaultUri: string;
  limits: Limits;
  tokens: readonly JudgedToken[];
  clientSecrets: readonly JudgedSecret[];
  /** Why nothing, or not everything, could be read. */
  failure?: Parts | undefined;
}

export interface VaultPart {
  tone: Tone;
  answer: string;
  /** Set if nothing must be done now. */
  next: Next | undefined;
  facts: Fact[];
  actions: Action[];
  tokens: Row[];
  secrets: Row[];
}

/** The next action. */
export interface Next {
  /** "renew the token of svc@contoso.example" */
  what: string;
  /** The last day for it. */
  by: Date;
  /** The day from which it is shown here. */
  from: Date;
  steps: Step[];
}

export function vaultPart(report: VaultReport): VaultPart {
  const { limits, clientSecrets } = report;
  const tokens = sorted(report.tokens.map(tokenRow));
  const secrets = sorted(clientSecrets.map(secretRow));
  const rows = sorted([...tokens, ...secrets]);
  const tone = report.failure
    ? "unknown"
    : report.tokens.length === 0
      ? "fail"
      : worstTone(rows.map((one) => one.tone));
  const inUse = secrets.filter((one) => one.tone !== "idle");
  return {
    tone,
    answer: answerOf(tokens, inUse, report),
    next: tone === "ok" ? nextOf(report) : undefined,
    facts: [...factOf(tokens, "token", "tokens"), ...factOf(secrets, "client secret", "client-secrets")],
    actions: [...actionsAbout(report), ...actionsOf(rows, limits)],
    tokens,
    secrets,
  };
}

/** Problems of the vault as a whole. */
function actionsAbout({ failure, tokens, vaultUri: uri }: VaultReport): Action[] {
  if (failure) return [failureAction("The vault could not be looked at", failure)];
  return tokens.length > 0 ? [] : [failureAction("Nobody has consented yet", noToken({ uri }), "fail")];
}

function answerOf(tokens: readonly Row[], secrets: readonly Row[], { failure, vaultUri }: VaultReport): string {
  if (failure) return `The vault ${new URL(vaultUri).host} could not be looked at.`;
  if (tokens.length === 0) return "There is no refresh token in this vault.";
  const share = (tone: Tone) => [shareOf(tokens, tone, "token"), shareOf(secrets, tone, "client secret")];
  const said = (tone: Tone, one: string, several: string) => {
    const found = share(tone).filter(({ text }) => text !== "");
    if (found.length === 0) return undefined;
    const isOne = found.length === 1 && found[0]?.count === 1;
    return `${listOf(found.map(({ text }) => text))} ${isOne ? one : several}`;
  };
  const [failed, unknown, soon] = [
    said("fail", "needs a person now.", "need a person now."),
    said("unknown", "could not be looked at.", "could not be looked at."),
    said("warn", "ends soon.", "end soon."),
  ];
  if (failed !== undefined) return capital(failed);
  if (unknown !== undefined) return capital(unknown);
  if (soon !== undefined) return `Nothing has failed; ${soon}`;
  return tokens.length === 1 ? "The token is fine." : `All ${countOf(tokens.length, "token")} are fine.`;
}

function shareOf(rows: readonly Row[], tone: Tone, kind: string): { count: number; text: string } {
  const count = rows.filter((one) => one.tone === tone).length;
  if (count === 0) return { count, text: "" };
  if (rows.length === 1) return { count, text: `the ${kind}` };
  return {
    count,
    text:
      count === rows.length
        ? `all ${countOf(count, kind)}`
        : `${count.toLocaleString("en-US")} of ${countOf(rows.length, kind)}`,
  };
}

/** "12 tokens: 2 warning, 10 OK". */
function factOf(rows: readonly Row[], kind: string, section: string): Fact[] {
  if (rows.length === 0) return [];
  const counts = tones.flatMap((tone) => {
    const count = rows.filter((one) => one.tone === tone).length;
    return count === 0
      ? []
      : [`${count.toLocaleString("en-US")} ${tone === "ok" ? toneWords.ok : toneWords[tone].toLowerCase()}`];
  });
  const tone = worstTone(rows.map((one) => one.tone));
  return [{ tone, text: `${countOf(rows.length, kind)}: ${counts.join(", ")}`, section }];
}

/** Evaluated for its first day of warning: what `status` will print then is what must be done. */
function nextOf({ tokens, clientSecrets, limits }: VaultReport): Next | undefined {
  const [first] = [...tokens, ...clientSecrets.filter(({ inUse }) => inUse)]
    .filter(({ expiresOn }) => expiresOn !== "")
    .toSorted((one, other) => Date.parse(one.expiresOn) - Date.parse(other.expiresOn));
  if (first === undefined) return undefined;
  const end = new Date(first.expiresOn);
  const from = lastWith(limits.warnDays, end);
  const at = from.getTime() + 1;
  const isToken = "tenantId" in first;
  const { problems } = isToken ? judgeTokenEntry(first, limits, at) : judgeSecretEntry(first, limits, at);
  const subject = subjectOf([isToken ? tokenRow(first) : secretRow(first)]);
  return {
    what: `${isToken ? "renew" : "rotate"} ${subject.charAt(0).toLowerCase()}${subject.slice(1)}`,
    by: lastWith(limits.failDays, end),
    from,
    steps: stepsOf(problems.flatMap(({ fixes = [] }) => fixes)).slice(0, 1),
  };
}
