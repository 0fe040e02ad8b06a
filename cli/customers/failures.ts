/** The failures of a run: counted by reason, and written to a file, each with its fix. */
import { randomBytes } from "node:crypto";
import { closeSync, openSync, realpathSync, renameSync, rmSync, writeSync } from "node:fs";
import { stringify } from "csv-stringify/sync";
import { runFileBytes } from "../../lib/config/limits";
import { documentOf } from "../../lib/errors/document";
import { type Code, Failure, hasCode, partsOf, sentence } from "../../lib/errors/failure";
import { escapedControls, harmlessLine } from "../../lib/errors/harmless";
import { aadsts, EntraError } from "../../lib/oauth/aadsts";
import { customerEntry } from "../../lib/oauth/aadsts-codes/customer";
import type { Customer } from "../../lib/partner-center/customers";
import { PartnerCenterError, partnerCenterNumbers } from "../../lib/partner-center/errors";
import { textIn } from "../../lib/startup/bounded-file";
import { CommandFailure, type ExitCode, exitCodes, UsageError, worstOf } from "../terminal/exit-code";
import { exitCodeOf } from "../terminal/failure";
import { requirePlace } from "../terminal/whole-file";

export interface Reason {
  reason: string;
  count: number;
  exitCode: ExitCode;
}

const columns = ["tenantId", "domain", "name", "reason", "what", "why", "fix"] as const;

/** Keeps only counts in memory: there may be as many failures as customers. */
export class Failures {
  readonly #reasons = new Map<string, Reason>();
  #file: number | undefined;

  /** The path of the finished file. */
  path: string | undefined;
  /** The path until then: a random name, so that nobody can have placed a link there. */
  readonly #part: string;
  readonly #isLines: boolean;

  /**
   * @param target CSV or .jsonl; undefined: failures are only counted @param list the file of customers
   * @param entryOf the meaning of an AADSTS number; default: that in a customer's tenant
   * @throws UsageError, e.g. for /dev/null
   */
  constructor(
    readonly target: string | undefined,
    readonly list?: string,
    private readonly entryOf = (error: EntraError) => customerEntry(error.aadsts, error.remedy),
  ) {
    if (target !== undefined) requirePlace("--failures", target);
    this.path = target;
    this.#part = `${target ?? ""}.${randomBytes(6).toString("hex")}.part`;
    this.#isLines = target?.endsWith(".jsonl") === true;
  }

  /** @param shown the same error with fixes for this customer alone @throws UsageError for a file that cannot be written */
  add(who: Partial<Customer>, error: unknown, shown = error): void {
    const reason = reasonOf(error, this.entryOf);
    const { count, exitCode } = this.#reasons.get(reason) ?? { count: 0, exitCode: exitCodes.fine };
    this.#reasons.set(reason, { reason, count: count + 1, exitCode: worstOf([exitCode, exitCodeOf(error)]) });
    if (this.target === undefined) return;
    this.#file ??= this.#open();
    writeSync(this.#file, this.#record(who, reason, shown));
  }

  /** The worst exit code. */
  get exitCode(): ExitCode {
    return worstOf(this.reasons.map(({ exitCode }) => exitCode));
  }

  /** The counts as JSON. */
  get document(): { reasons: Reason[]; failures: string | null | undefined } {
    return { reasons: this.reasons, failures: this.count === 0 ? null : this.path };
  }

  get count(): number {
    return this.reasons.reduce((sum, { count }) => sum + count, 0);
  }

  /** The counts as text: failures for each reason, and the file's path. */
  get lines(): string[] {
    if (this.count === 0) return [];
    const reasons = this.reasons.map(({ reason, count }) => `  ${countText(count)}  ${reason}`);
    return this.path === undefined ? reasons : [...reasons, `Each failure and its fix: ${this.path}`];
  }

  get reasons(): Reason[] {
    return [...this.#reasons.values()].sort(
      (one, other) => other.count - one.count || (one.reason < other.reason ? -1 : 1),
    );
  }

  /** @param isWhole whether all customers were begun: if not, the file never replaces their list */
  finish(isWhole: boolean): void {
    if (this.target === undefined) return;
    if (this.#file === undefined) {
      if (isWhole && isOfFailures(this.target)) rmSync(this.target);
      return;
    }
    closeSync(this.#file);
    this.#file = undefined;
    if (isWhole || !isSame(this.target, this.list)) renameSync(this.#part, this.target);
    else this.path = this.#part;
  }

  /** Removes the unfinished file: the next run meets the same failures. */
  drop(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    if (this.path === this.target) rmSync(this.#part, { force: true });
  }

  #open(): number {
    try {
      const file = openSync(this.#part, "wx", 0o600);
      if (!this.#isLines) writeSync(file, stringify([columns]));
      return file;
    } catch (error) {
      const { code = "unknown" } = error as NodeJS.ErrnoException;
      const what = `The failures cannot be written to ${this.#part} (${code}).`;
      throw new UsageError(what, sentence("Name another file."));
    }
  }

  #record({ tenantId = "", domain = "", name = "" }: Partial<Customer>, reason: string, error: unknown): string {
    const document = documentOf(error);
    if (this.#isLines) return `${escapedControls(JSON.stringify({ tenantId, domain, name, reason, ...document }))}\n`;
    const { what, why, fixes } = document;
    // The command of the first fix; if that one is a sentence, all sentences: an administrator opens an address for each resource.
    const sentences = fixes.filter(({ commands }) => commands.length === 0).map(({ text }) => text);
    const fix = fixes[0]?.commands[0]?.line ?? sentences.join(" ");
    // Spreadsheets execute cells that begin like a formula; in locales with a decimal comma a semicolon begins a cell.
    const cells = [tenantId, domain, name, reason, what, why ?? "", fix].map(harmlessLine);
    const row = cells.map((cell) => cell.replaceAll(/;(?=["\s]*[=+@\-＝＋－＠])/gu, ";'"));
    return stringify([row], { escape_formulas: true });
  }
}

/** Recognizes a file of failures by its columns: a person's own list does not have all of them. */
function isOfFailures(path: string): boolean {
  try {
    const [first = ""] = textIn(path, runFileBytes).split("\n", 1);
    return path.endsWith(".jsonl") ? /^\{"tenantId":".*"reason":/u.test(first) : `${first}\n` === stringify([columns]);
  } catch {
    return false;
  }
}

function isSame(path: string, other: string | undefined): boolean {
  try {
    return other !== undefined && realpathSync(path) === realpathSync(other);
  } catch {
    // A missing file is never the same file.
    return false;
  }
}

export const countText = (number: number): string => number.toLocaleString("en-US");

/** The reason that failures are counted by: equal for the same cause. */
function reasonOf(error: unknown, entryOf: (error: EntraError) => { meaning: string } | undefined): string {
  const meaning = (text: string | undefined) => (text === undefined ? "" : `: ${text}`);
  if (error instanceof EntraError && error.aadsts !== undefined) {
    const entry = entryOf(error) ?? aadsts[error.aadsts];
    return `AADSTS${error.aadsts}${meaning(entry?.meaning)}`;
  }
  if (error instanceof PartnerCenterError) {
    const { status, number } = error;
    return `Partner Center ${status}${status === number ? "" : `, code ${number}`}${meaning(error.isWithoutAccess ? partnerCenterNumbers[number]?.meaning : meanings[status])}`;
  }
  if (hasCode(error, "customer-consent-unread")) return reasonOf(error.cause, entryOf);
  if (hasCode(error, "command-refused")) return `refused: ${reasonOf(error.cause, entryOf)}`;
  if (error instanceof CommandFailure) return `exit code ${error.exitCode}`;
  const { code } = partsOf(error);
  return texts[code] ?? (error instanceof Failure ? code : "an error of the command itself");
}

const meanings: Readonly<Record<number, string>> = {
  400: "a resource or scope that the customer does not have",
  403: "the service account has no role there that allows this",
  404: "no customer of this partner",
  429: "too many requests",
};

const texts: Partial<Record<Code, string>> = {
  "customer-access-lacking": "the service account lacks a role there",
  "customer-consent-different": "there is a different consent",
  "customer-consent-absent": "requested permissions are not granted there",
  "customer-unknown": "no customer's id, domain or name",
  "customer-ambiguous": "the name of several customers",
};
