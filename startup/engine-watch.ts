/** Ending with the engine: a killed CLI would otherwise leave processes behind, the redirect port held by one of them. */
import { readdirSync, readFileSync } from "node:fs";
import { connect } from "node:net";

const pauseMilliseconds = 300;

const address = /^127\.0\.0\.1:(\d+)$/u;

/**
 * Ends this provider process when the engine that started it is gone; does nothing in any other process. The parent of a dynamic
 * provider is a shell, so only the engine's own address, the process's last argument of that form (--tracing stands before it), tells whether it lives.
 */
export function watchEngine(): void {
  onceGone(
    process.argv.findLast((one) => address.test(one)),
    () => process.exit(1),
  );
}

/**
 * For the program: when the engine is gone it ends, and takes with it the language host, which would look for the engine only every few
 * minutes, and a dynamic provider that was killed so early that it has loaded none of our code, and would never look.
 */
export function endProgramWithEngine(environment: NodeJS.ProcessEnv = process.env): void {
  const engineAddress = environment["PULUMI_NODEJS_ENGINE"];
  const host = process.ppid;
  const engine = parentOf(host);
  const endOthers = () => {
    for (const pid of startedBy(engineAddress)) end(pid);
  };
  onceGone(engineAddress, () => {
    endOthers();
    process.exit(1);
  });
  // A request that the engine does not answer any more may end it sooner. An orphan's parent is another process than before.
  process.once("exit", () => {
    if (process.ppid !== host || parentOf(host) !== engine) endOthers();
  });
}

/** Looks for the engine until it is gone. A process watches once. */
function onceGone(of: string | undefined, then: () => void): void {
  const [, port] = address.exec(of ?? "") ?? [];
  if (port === undefined || watching) return;
  watching = true;
  const look = () => {
    const socket = connect(Number(port), "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      setTimeout(look, pauseMilliseconds).unref();
    });
    socket.once("error", then);
  };
  look();
}

let watching = false;

/** Programs of the engine's own that have no look at it, or a late one. A plugin goes on with what it was asked for, and ends by itself. */
const companions =
  /(?:^|\/)(?:pulumi-)?language-nodejs$|(?:^|\/)pulumi-resource-pulumi-nodejs$|\/dynamic-provider(?:\/index\.js)?$/u;

/** Only where /proc tells; elsewhere the language host ends by its own look. */
function startedBy(address: string | undefined): number[] {
  const pids = listed("/proc").filter((entry) => /^\d+$/u.test(entry));
  return pids.map(Number).filter((pid) => {
    const argv = argumentsOf(pid);
    return pid !== process.pid && argv.includes(address ?? "") && argv.some((word) => companions.test(word));
  });
}

function parentOf(pid: number): string | undefined {
  try {
    return /^PPid:\s*(\d+)$/mu.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  } catch {
    return undefined;
  }
}

function listed(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** None for a process that is gone, or another's. */
function argumentsOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
  } catch {
    return [];
  }
}

function end(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}
