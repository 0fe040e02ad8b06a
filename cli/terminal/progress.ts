/** Shows that a command is still working on many items: on stderr, and not for a few items. */
import { now } from "../../lib/startup/clock";
import { toErrors } from "../../lib/startup/waiting";

/** Up to this number no progress is shown: they fit on one page of a list. */
const few = 25;

/** Milliseconds between two updates: on a terminal one line is rewritten, elsewhere each update is a line. */
const every = { terminal: 200, log: 15_000 };

const eraseLine = "\r\u001b[K";

export class Progress {
  #count = 0;
  #shownAt = now();
  #isShown = false;

  /** @param what "tokens looked at" @param total undefined: it is not known before the end */
  constructor(
    private readonly what: string,
    private readonly total?: number,
    private readonly stream: Pick<NodeJS.WriteStream, "isTTY" | "write"> = process.stderr,
  ) {}

  /** One more is done. */
  step(): void {
    this.#count += 1;
    const { isTTY } = this.stream;
    if (this.#count <= few || now() - this.#shownAt < (isTTY ? every.terminal : every.log)) return;
    this.#shownAt = now();
    const of = this.total === undefined ? "" : ` of ${this.total}`;
    const line = `${this.#count}${of} ${this.what} …`;
    if (!isTTY) {
      toErrors(line);
      return;
    }
    this.#isShown = true;
    this.stream.write(`${eraseLine}${line}`);
  }

  /** Clears the line for other output, and at the end. */
  clear(): void {
    if (this.#isShown) this.stream.write(eraseLine);
    this.#isShown = false;
  }
}
