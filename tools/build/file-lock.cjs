"use strict";
// One holder at a time across processes, without native code. Plain CommonJS because the bootstrap needs it before anything
// is installed or built; tools/embedded-cloud/engine uses the same file, from the source tree.
//
// The lock is a file created with O_EXCL. A killed holder cannot remove it, so a waiter takes it over
//  - at once, when the holder's process is gone (same machine and same process-id namespace), or
//  - after `silenceMs` in which the holder has not touched it. Only the waiter's pauses between its looks count: a machine that slept or
//    stood still, the holder with it, and a clock that jumped steal nothing.
const { randomUUID } = require("node:crypto");
const {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeSync,
  linkSync,
} = require("node:fs");
const { hostname } = require("node:os");
const { dirname } = require("node:path");
const { setTimeout: sleep } = require("node:timers/promises");

const POLL_MS = 200;
const HEARTBEAT_MS = 2_000;
const SILENCE_MS = 15_000;

/** The scope of process ids: containers may share a cache folder, but not their process ids. */
function processSpace() {
  try {
    return `${hostname()} ${readlinkSync("/proc/self/ns/pid")}`;
  } catch {
    return hostname(); // not Linux: no namespaces
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM"; // alive, but owned by another user
  }
}

/** The current content of the lock file, or undefined when there is none. */
function look(path) {
  try {
    const text = readFileSync(path, "utf8");
    return { text, touched: statSync(path).mtimeMs };
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    throw error;
  }
}

function tryCreate(path, text) {
  try {
    const file = openSync(path, "wx");
    writeSync(file, text);
    closeSync(file);
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  }
}

function holderIsGone(text) {
  try {
    const holder = JSON.parse(text);
    return holder.space === processSpace() && !isAlive(holder.pid);
  } catch {
    return false; // incomplete: its holder is about to finish the line, or dead, which the silence will show
  }
}

/** Removes exactly the lock that was read: a different one that was moved by mistake is put back. */
function removeAbandoned(path, seenText) {
  const aside = `${path}.${randomUUID()}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (error.code === "ENOENT") return;
    throw error;
  }
  if (readFileSync(aside, "utf8") !== seenText) {
    try {
      linkSync(aside, path);
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
  }
  rmSync(aside, { force: true });
}

async function acquire(path, text, { pollMs, silenceMs, onWait }) {
  let seen;
  let silent = 0;
  let told = false;
  for (;;) {
    if (tryCreate(path, text)) return;
    const now = look(path);
    if (now === undefined) continue;
    if (seen === undefined || now.text !== seen.text || now.touched !== seen.touched) {
      seen = now;
      silent = 0;
    }
    if (holderIsGone(now.text) || silent > silenceMs) {
      removeAbandoned(path, now.text);
      seen = undefined;
      continue;
    }
    if (!told) onWait?.();
    told = true;
    await sleep(pollMs);
    silent += pollMs;
  }
}

async function withFileLock(path, work, options = {}) {
  const { pollMs = POLL_MS, heartbeatMs = HEARTBEAT_MS, silenceMs = SILENCE_MS, onWait } = options;
  mkdirSync(dirname(path), { recursive: true });
  const text = JSON.stringify({ pid: process.pid, space: processSpace(), id: randomUUID() });
  await acquire(path, text, { pollMs, silenceMs, onWait });
  const heartbeat = setInterval(() => {
    try {
      utimesSync(path, new Date(), new Date());
    } catch {
      // taken over by a process that saw no sign of life, or the folder is gone: nothing to keep alive
    }
  }, heartbeatMs);
  heartbeat.unref();
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    if (look(path)?.text === text) rmSync(path, { force: true });
  }
}

module.exports = { withFileLock };
