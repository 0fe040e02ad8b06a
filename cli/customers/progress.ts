/** The progress of a run over many customers: one line that is rewritten at a terminal, a plain line now and then elsewhere. */
import { durationOf, toErrors } from "../../lib/startup/waiting";
import { now } from "../../lib/startup/clock";

/** Milliseconds between two lines at a terminal, and elsewhere. */
const every = { terminal: 250, elsewhere: 10_000 };

export interface Counts {
  /** Finished customers, including those that failed. */
  over: number;
  failed: number;
}

export interface Progress {
  /** The last line, which stays on a terminal. */
  end(): void;
}

/** @param total number of customers @param counts current counts, called for each line */
export function showProgress(
  total: number,
  counts: () => Counts,
  stream: NodeJS.WriteStream = process.stderr,
): Progress {
  const since = now();
  const line = () => progressLine(counts(), total, now() - since);
  const isTerminal = stream.isTTY;
  // In a narrower window the line would wrap, and could not be overwritten.
  const rewrite = () => {
    stream.write(`\r\u001b[K${line().slice(0, Math.max(20, (stream.columns || 80) - 1))}`);
  };
  const timer = setInterval(
    isTerminal
      ? rewrite
      : () => {
          toErrors(line());
        },
    isTerminal ? every.terminal : every.elsewhere,
  );
  timer.unref();
  return {
    end: () => {
      clearInterval(timer);
      if (!isTerminal) return;
      rewrite();
      stream.write("\n");
    },
  };
}

/** "1,234 of 10,000 customers (12 %), 49.8 a second, 3 minutes left; 7 failed" @param milliseconds since the first */
export function progressLine({ over, failed }: Counts, total: number, milliseconds: number): string {
  const count = (number: number) => number.toLocaleString("en-US");
  const share = total === 0 ? 100 : Math.floor((over / total) * 100);
  const rate = milliseconds === 0 ? 0 : over / (milliseconds / 1000);
  const left = rate === 0 ? "" : `, ${durationOf(((total - over) / rate) * 1000)} left`;
  const failures = failed === 0 ? "" : `; ${count(failed)} failed`;
  return `${count(over)} of ${count(total)} customers (${share} %), ${rate.toFixed(1)} a second${left}${failures}`;
}
