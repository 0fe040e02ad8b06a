/** The customers for whom a run of `exec` is over, a tenant id a line: the same command again leaves them out. */
import { existsSync, rmSync } from "node:fs";
import { isGuid, runFileBytes } from "../../lib/config/limits";
import { again, byPerson } from "../../lib/errors/failure";
import { textIn } from "../../lib/startup/bounded-file";
import { UsageError } from "../terminal/exit-code";
import { appendOwn } from "../terminal/whole-file";

export class DoneCustomers {
  readonly before: ReadonlySet<string>;

  /** @throws UsageError for what cannot be read */
  constructor(private readonly path: string) {
    const text = this.#orUsage(() => (existsSync(path) ? textIn(path, runFileBytes) : ""));
    this.before = new Set(text.split("\n").filter(isGuid));
  }

  /** Makes the file, before anything is run. @throws UsageError where nobody can write it */
  begin(): void {
    this.#orUsage(() => {
      this.#write("");
    });
  }

  /** On the disk when it returns. Its line begins with the line's end: half a line of a machine that stopped stays alone. */
  add(tenantId: string): void {
    this.#write(`\n${tenantId}`);
  }

  /** Once each had its turn, the next run starts again. */
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
