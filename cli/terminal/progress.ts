/** Shows on stderr that work on many items continues: a rewritten line at a terminal, else plain lines. */
import { now } from "../../lib/startup/clock";
import { durationOf, toErrors } from "../../lib/startup/waiting";

/** Up to this number no progress is shown: they fit on one page of a list. */
const few = 25;

/** Milliseconds between two lines. */
const every = { terminal: 250, elsewhere: 10_000 };

const eraseLine = "\r\u001b[K";

export class Progress {
  readonly #since = now();
  readonly #timer: NodeJS.Timeout;
  #over = 0;
  #failed = 0;
  #isShown = false;

  /** @param what "tokens looked at" @param total undefined: it is not known before the end */
  constructor(
    private readonly what: string,
    private readonly total?: number,
    private readonly stream: Pick<NodeJS.WriteStream, "columns" | "isTTY" | "write"> = process.stderr,
  ) {
    const pause = stream.isTTY ? every.terminal : every.elsewhere;
    this.#timer = setInterval(this.#show.bind(this), pause).unref();
  }

  step(isFailed = false): void {
    this.#over += 1;
    if (isFailed) this.#failed += 1;
  }

  clear(): void {
    if (this.#isShown) this.stream.write(eraseLine);
    this.#isShown = false;
  }

  end(): void {
    clearInterval(this.#timer);
    this.clear();
  }

  #show(): void {
    if (this.#over <= few) return;
    const { isTTY, columns } = this.stream;
    if (!isTTY) {
      toErrors(this.#line());
      return;
    }
    this.#isShown = true;
    // In a narrower window the line would wrap, and could not be overwritten.
    this.stream.write(`${eraseLine}${this.#line().slice(0, Math.max(20, (columns || 80) - 1))}`);
  }

  /** "1,234 of 10,000 customers (12 %), 49.8 a second, 3 minutes left; 7 failed" */
  #line(): string {
    const { what, total } = this;
    const [over, failed] = [this.#over, this.#failed];
    const count = (number: number) => number.toLocaleString("en-US");
    const rate = over / ((now() - this.#since) / 1000);
    const failures = failed === 0 ? "" : `; ${count(failed)} failed`;
    if (total === undefined) return `${count(over)} ${what}, ${rate.toFixed(1)} a second${failures}`;
    const share = Math.floor((over / total) * 100);
    const left = durationOf(((total - over) / rate) * 1000);
    return `${count(over)} of ${count(total)} ${what} (${share} %), ${rate.toFixed(1)} a second, ${left} left${failures}`;
  }
}
