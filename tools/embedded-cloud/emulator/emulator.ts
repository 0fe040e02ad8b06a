import { randomBytes } from "node:crypto";
import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { adminService } from "./admin/service";
import { serverCertificate } from "./certificate";
import { createClock } from "./clock";
import type { CloudContext } from "./cloud";
import { portsPerCloud, type CloudName } from "./clouds";
import type { Clock, Origins } from "./context";
import { createFaults, type FaultRule, type Faults } from "./faults";
import type { RunningCloud } from "./locations";
import { createRequestLog, type RequestLog } from "./request-log";
import { seeds } from "./seeds";
import { startCloud, type StartedCloud } from "./start-cloud";

export interface EmulatorOptions {
  /** The first of its ports: 16 for each cloud. Default 0: every listener uses a free port. */
  port?: number;
  /** Folder of certificate, signing keys and admin token, for this user only. Default `.local/emulator`. */
  directory?: string;
  /** Clouds to run. The first one's authority also serves the admin surface. Default AzureCloud. */
  clouds?: readonly CloudName[];
  /** Milliseconds until a role assignment takes effect at the data plane (minutes in Azure). Default 1000. */
  roleAssignmentDelay?: number;
  /** Milliseconds since the epoch that its clock shows at the start. Default: now. */
  date?: number | undefined;
  /** Faults that are active from the start. */
  faults?: readonly FaultRule[];
}

/** A running emulator. */
export interface Emulator {
  /** Authority of the first cloud. */
  url: string;
  /** Origins of the first cloud. */
  origins: Origins;
  /** Each running cloud, with its whole state. */
  clouds: ReadonlyMap<CloudName, CloudContext>;
  /** PEM file clients must trust. */
  caFile: string;
  /** File with the admin surface's bearer token, created at every start, deleted by `close`. */
  adminTokenFile: string;
  /** Of AzureCloud. Those of any cloud: seedsOf. */
  seeds: typeof seeds;
  clock: Clock;
  faults: Faults;
  requests: RequestLog;
  /** Restores the seeds and removes everything that tests have changed. Ports stay. */
  reset(): void;
  close(): Promise<void>;
}

/** Starts the embedded cloud on loopback. @throws PortTakenError when a port of the block is in use */
export async function createEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const { port = 0, clouds: names = ["AzureCloud"], roleAssignmentDelay = 1000 } = options;
  const directory = path.resolve(options.directory ?? path.join(".local", "emulator"));
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const clock = createClock(options.date);
  const closing = new AbortController();
  const pipeline = {
    ...{ clock, faults: createFaults(options.faults), requests: createRequestLog(clock) },
    ...{ closing: closing.signal, underWay: new Set<Promise<unknown>>() },
  };
  const certificate = await serverCertificate(directory);
  const adminToken = randomBytes(32).toString("base64url");
  const started = new Map<CloudName, StartedCloud>();
  const contexts = () => [...started.values()].map(({ context }) => context);
  const reset = () => {
    clock.reset();
    pipeline.faults.clear();
    pipeline.requests.clear();
    for (const cloud of started.values()) cloud.reset();
  };
  const admin = adminService({ ...pipeline, adminToken, contexts, reset });
  const running: RunningCloud[] = [];
  const closeClouds = async () => {
    await Promise.all([...started.values()].map((cloud) => cloud.close()));
  };
  try {
    for (const [index, name] of names.entries()) {
      const first = port === 0 ? 0 : port + index * portsPerCloud;
      const cloud = { name, port: first, directory, certificate, roleAssignmentDelay, pipeline, running, admin };
      started.set(name, await startCloud(cloud));
    }
  } catch (error) {
    await closeClouds();
    throw error;
  }
  const [firstCloud] = contexts();
  if (firstCloud === undefined) throw new Error("createEmulator: `clouds` is empty; name at least one cloud");
  const { origins } = firstCloud;
  const adminTokenFile = await writeAdminToken(directory, origins.authority, adminToken);
  return {
    url: origins.authority,
    origins,
    clouds: new Map([...started].map(([name, { context }]) => [name, context])),
    caFile: certificate.caFile,
    adminTokenFile,
    seeds,
    ...{ clock, faults: pipeline.faults, requests: pipeline.requests },
    reset,
    close: async () => {
      closing.abort();
      await Promise.all([closeClouds(), rm(adminTokenFile, { force: true })]);
      // Their connections are closed; their handlers must not outlive the emulator.
      await Promise.race([Promise.allSettled(pipeline.underWay), sleep(1000, undefined, { ref: false })]);
    },
  };
}

/** Named by port: two emulators may share a directory. */
async function writeAdminToken(directory: string, authority: string, token: string): Promise<string> {
  const file = path.join(directory, `admin-token-${new URL(authority).port}`);
  await rm(file, { force: true });
  await writeFile(file, token, { mode: 0o600, flag: "wx" });
  return file;
}
