/** A file of the customers that a run of `exec` has done, one tenant id a line: the same command again leaves them out. */
import { existsSync, rmSync } from "node:fs";
import { isGuid, runFileBytes } from "../../lib/config/limits";
import { again, byPerson } from "../../lib/errors/failure";
import { textIn } from "../../lib/startup/bounded-file";
import { UsageError } from "../terminal/exit-code";
import { appendOwn } from "../terminal/whole-file";

export class DoneCustomers {
  readonly before: ReadonlySet<string>;

  /** @throws UsageError if the file cannot be read */
  constructor(private readonly path: string) {
    const text = this.#orUsage(() => (existsSync(path) ? textIn(path, runFileBytes) : ""));
    this.before = new Set(text.split("\n").filter(isGuid));
  }

  /** Creates the file, before any command is run. @throws UsageError if it cannot be written */
  begin(): void {
    this.#orUsage(() => {
      this.#write("");
    });
  }

  /** Writes through to the disk. The line begins with a line break, so that half a line of a crashed machine stays apart. */
  add(tenantId: string): void {
    this.#write(`\n${tenantId}`);
  }

  /** Removes the file after the last customer: the next run starts again. */
  remove(): void {
    rmSync(this.path, { force: true });
  }

  #write(text: string): void {
    appendOwn(this.path, text, { flush: true });
  }

  #orUsage<T>(use: () => T): T {
    try {
      return use();
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      const what = `The list of customers that are done, ${this.path}, cannot be used (${code ?? message}).`;
      throw new UsageError(
        what,
        byPerson("Name the file of failures in another folder", again("--failures", "<file>")),
      );
    }
  }
}
