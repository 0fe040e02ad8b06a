/** What a run has done, for the next one to continue: a JSON document a line. */
import { existsSync } from "node:fs";
import { type FileHandle, open, truncate } from "node:fs/promises";
import * as v from "valibot";
import { isGuid, journalBytes } from "../../lib/config/limits";
import { again, byPerson } from "../../lib/errors/failure";
import { textIn } from "../../lib/startup/bounded-file";
import { UsageError } from "../terminal/exit-code";
import { lockJournal } from "./journal-lock";

/** The first line identifies a run: no other one continues from its journal. */
const headShape = v.object({
  command: v.picklist(["consent", "revoke", "exec"]),
  applicationId: v.string(),
  /** A hash of the grants, or of the command of `exec`. */
  grants: v.string(),
});
export type JournalOf = v.InferOutput<typeof headShape>;
const lineShape = v.object({ customer: v.optional(v.string()), outcome: v.optional(v.string()) });
/** The last line where nothing is left to do: the next run starts again. */
export const finished = { outcome: "finished" };

export class Journal {
  readonly #lines: string[] = [];
  #written = Promise.resolve();
  /** The next write, to which lines are still added. */
  #waiting: Promise<void> | undefined;

  private constructor(
    readonly path: string,
    readonly handle: FileHandle,
    /** Customers that an earlier run has done. */
    readonly done: ReadonlySet<string>,
    readonly unlock: () => Promise<void>,
  ) {}

  /** @throws UsageError for another run's journal, one in use, and another file */
  static async open(path: string, of: JournalOf): Promise<Journal> {
    let handle: FileHandle | undefined;
    let unlock: (() => Promise<void>) | undefined;
    try {
      unlock = await lockJournal(path);
      handle = await open(path, "a+", 0o600);
      const text = textIn(path, journalBytes);
      // A line that was cut off by a kill does not count.
      const whole = text.slice(0, text.lastIndexOf("\n") + 1);
      if (whole === "" && !isBegun(text)) throw noJournal(path);
      const read = readLines(path, text, of);
      const kept = read === undefined ? "" : whole;
      // By its name: Windows shortens no file by a handle that adds to it.
      if (kept.length < text.length) await truncate(path, Buffer.byteLength(kept));
      const journal = new Journal(path, handle, read ?? new Set(), unlock);
      if (kept === "") await journal.add(of);
      return journal;
    } catch (error) {
      await handle?.close();
      await unlock?.();
      if (error instanceof UsageError) throw error;
      throw new UsageError(`The journal ${path} cannot be written (${reasonOf(error as Error)}).`, anotherFile);
    }
  }

  /** What an earlier run has done; creates no file. @throws UsageError for another run's journal */
  static doneIn(path: string, of: JournalOf): ReadonlySet<string> {
    let text = "";
    try {
      if (existsSync(path)) text = textIn(path, journalBytes);
    } catch (error) {
      throw new UsageError(`The journal ${path} cannot be read (${reasonOf(error as Error)}).`, anotherFile);
    }
    return readLines(path, text, of) ?? new Set();
  }

  async close(): Promise<void> {
    await this.handle.close();
    await this.unlock();
  }

  /** Resolves when it is on the disk; what comes at the same time is written together. */
  async add(line: JournalOf | { customer?: string; outcome: string }): Promise<void> {
    this.#lines.push(`${JSON.stringify(line)}\n`);
    // A write that failed has failed for all whose lines it had.
    this.#waiting ??= this.#written.catch(() => undefined).then(() => this.#write());
    this.#written = this.#waiting;
    await this.#waiting;
  }

  async #write(): Promise<void> {
    this.#waiting = undefined;
    const text = this.#lines.splice(0).join("");
    await this.handle.appendFile(text);
    await this.handle.datasync();
  }
}

/** The system's code; without one the text names what the file is. */
const reasonOf = ({ code, message }: NodeJS.ErrnoException): string => code ?? message;

const anotherFile = byPerson("Name another file for it", again("--journal", "<file>"));
const noJournal = (path: string): UsageError => new UsageError(`${path} is not a journal.`, anotherFile);

/** Whether a text without a whole line is what a kill left of a journal's. */
const isBegun = (text: string): boolean =>
  ['{"command":"', '{"customer":"'].some((begin) => text.startsWith(begin) || begin.startsWith(text));

/** @returns undefined without a whole line, and for a run that came to its end */
function readLines(path: string, text: string, of: JournalOf): Set<string> | undefined {
  const [first = "", ...lines] = text.split("\n").slice(0, -1);
  if (first === "") return undefined;
  const head = v.safeParse(headShape, parsed(first));
  const below = v.safeParse(v.array(lineShape), lines.map(parsed));
  if (!head.success || !below.success) throw noJournal(path);
  const { command, applicationId, grants } = head.output;
  const done = below.output;
  if (done.at(-1)?.outcome === finished.outcome) return undefined;
  if (command === of.command && applicationId === of.applicationId && grants === of.grants)
    return new Set(done.flatMap(({ customer = "" }) => (isGuid(customer) ? [customer] : [])));
  const { name, other } = runs[command];
  const why = command === of.command ? `It belongs to another application, or to ${other}.` : `It belongs to ${name}.`;
  throw new UsageError(
    { what: `The journal ${path} belongs to another run.`, why },
    byPerson("Name another file for it, or repeat the command that began it", again("--journal", "<file>")),
  );
}

/** What a journal is of, and what it does not go on with. */
const runs: Readonly<Record<JournalOf["command"], { name: string; other: string }>> = {
  consent: { name: "customers consent", other: "other grants" },
  revoke: { name: "customers revoke", other: "other grants" },
  exec: { name: "exec", other: "another command" },
};

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
