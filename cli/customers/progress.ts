/** How far a run over many customers has come: one line that is written anew at a terminal, a plain one now and then elsewhere. */
import { durationOf, toErrors } from "../../startup/waiting";
import { now } from "../../startup/clock";

/** Milliseconds between two lines at a terminal, and elsewhere. */
const every = { terminal: 250, elsewhere: 10_000 };

export interface Counts {
  /** Customers that are over, those that failed included. */
  over: number;
  failed: number;
}

export interface Progress {
  /** The last line; a terminal keeps it. */
  end(): void;
}

/** @param total customers to come @param counts so far, asked for whenever a line is due */
export function showProgress(
  total: number,
  counts: () => Counts,
  stream: NodeJS.WriteStream = process.stderr,
): Progress {
  const since = now();
  const line = () => progressLine(counts(), total, now() - since);
  const isTerminal = stream.isTTY;
  // A window that is narrower would not write over what it broke.
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
