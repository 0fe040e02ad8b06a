"use strict";
// Progress of long work on one stream (stderr by default, so that stdout stays data). On a terminal one line is rewritten; elsewhere
// a plain line is written at the start and then one every ten seconds. Plain CommonJS for the same reason as file-lock.cjs.
const REDRAW_MS = 250;
const PLAIN_LINE_MS = 10_000;
const CLEAR_LINE = "\r\u001b[2K";

function seconds(since) {
  return Math.round((performance.now() - since) / 1000);
}

function createProgress(options = {}) {
  const { stream = process.stderr } = options;
  const live = stream.isTTY === true && process.env.TERM !== "dumb";
  let current;

  const text = () => [current.step, current.detail].filter(Boolean).join(": ") + ` (${seconds(current.since)} s)`;
  const draw = () => {
    if (live) stream.write(CLEAR_LINE + text().slice(0, Math.max(20, (stream.columns ?? 80) - 1)));
    else stream.write(text() + "\n");
  };
  const clear = () => {
    if (current === undefined) return;
    clearInterval(current.timer);
    current = undefined;
    if (live) stream.write(CLEAR_LINE);
  };

  return {
    start(step) {
      clear();
      const timer = setInterval(draw, live ? REDRAW_MS : PLAIN_LINE_MS);
      timer.unref();
      current = { step, detail: "", since: performance.now(), timer };
      if (live) draw();
      else stream.write(step + "\n");
    },
    detail(detail) {
      if (current !== undefined) current.detail = detail;
    },
    note(line) {
      if (live && current !== undefined) stream.write(CLEAR_LINE);
      stream.write(line + "\n");
    },
    finish(line) {
      const elapsed = current === undefined ? 0 : seconds(current.since);
      clear();
      if (line !== undefined) stream.write(elapsed > 0 ? `${line} (${elapsed} s)\n` : `${line}\n`);
    },
  };
}

module.exports = { createProgress };
