/** Ending with the engine: a killed CLI would otherwise leave processes behind, the redirect port held by one of them. */
import { readFileSync } from "node:fs";
import { connect } from "node:net";

const pauseMilliseconds = 300;

/**
 * Ends this provider process when the engine that started it is gone; does nothing in any other process. The parent of a dynamic
 * provider is a shell, so only the engine's own address, the process's first argument, tells whether it lives.
 */
export function watchEngine(): void {
  const address = /^127\.0\.0\.1:(\d+)$/u.exec(process.argv[2] ?? "");
  if (address === null || watching) return;
  watching = true;
  const port = Number(address[1]);
  const look = () => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      setTimeout(look, pauseMilliseconds).unref();
    });
    socket.once("error", () => process.exit(1));
  };
  look();
}

let watching = false;

/**
 * For the program: when it ends because the engine was killed, it takes its parent with it, the language host, which would look
 * for the engine only every few minutes. An orphan's parent is another process than before.
 */
export function endLanguageHostWithEngine(): void {
  const host = process.ppid;
  const engine = parentOf(host);
  if (engine === undefined) return;
  process.once("exit", () => {
    if (process.ppid === host && parentOf(host) !== engine) process.kill(host);
  });
}

/** Only where /proc tells; elsewhere the language host ends by its own look. */
function parentOf(pid: number): string | undefined {
  try {
    return /^PPid:\s*(\d+)$/mu.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  } catch {
    return undefined;
  }
}
