/** Which process on this machine holds the other end of a connection: Linux shows it, to its own user. */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import type { Socket } from "node:net";
import { basename } from "node:path";

const unknownProcess = "a process";

/** "python3 (process 123)"; "a process" where the system does not show it. */
export function callerOf({ remotePort = 0, localPort = 0 }: Pick<Socket, "remotePort" | "localPort">): string {
  try {
    const inode = inodeOf(remotePort, localPort);
    return (inode === undefined ? undefined : holderOf(`socket:[${inode}]`)) ?? unknownProcess;
  } catch {
    return unknownProcess;
  }
}

/** Connections in the kernel's table: the caller's own end has the addresses the other way round. */
function inodeOf(from: number, to: number): string | undefined {
  const [local, remote] = [from, to].map((port) => `0100007F:${port.toString(16).toUpperCase().padStart(4, "0")}`);
  // A client of IPv6 has an address of IPv4 at the end of a longer one. To read a table takes 20 milliseconds.
  for (const table of ["tcp", "tcp6"])
    for (const line of readFileSync(`/proc/net/${table}`, "utf8").split("\n")) {
      const [, own = "", other = "", , , , , , , inode] = line.trim().split(/\s+/u);
      if (own.endsWith(local ?? "") && other.endsWith(remote ?? "")) return inode;
    }
  return undefined;
}

/** The youngest first: a command's tools are younger than what else runs. */
function holderOf(socket: string): string | undefined {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/u.test(name));
  const pid = pids.sort((one, other) => Number(other) - Number(one)).find((one) => holds(one, socket));
  return pid === undefined ? undefined : `${basename(readlinkSync(`/proc/${pid}/exe`))} (process ${pid})`;
}

function holds(pid: string, socket: string): boolean {
  const folder = `/proc/${pid}/fd`;
  return orElse([], () => readdirSync(folder)).some(
    (name) => orElse("", () => readlinkSync(`${folder}/${name}`)) === socket,
  );
}

/** A process may end, or close one, while it is looked at; or it is another user's. */
function orElse<T>(otherwise: T, read: () => T): T {
  try {
    return read();
  } catch {
    return otherwise;
  }
}
