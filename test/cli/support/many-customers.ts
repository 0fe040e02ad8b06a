/** Thousands of customers on a stage, and the requests to Partner Center for them. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generatedCustomers } from "../../../tools/embedded-cloud/testing/directory";
import type { LoggedRequest } from "../../../tools/embedded-cloud/testing/emulator";
import { partnerTenant } from "../../../tools/embedded-cloud/testing/applications";
import type { Stage } from "./stage";

/**
 * Puts generated customers behind the seeded ones, and sets the limit.
 * @param perSecond default far above what a command sends: an emulator whose process stood still gets all that came meanwhile at once
 */
export function serveCustomers({ emulator }: Stage, count: number, perSecond = 100_000): void {
  const tenant = partnerTenant(emulator);
  tenant.customers.push(...generatedCustomers(tenant.id, count, new Date().toISOString()));
  for (const { partnerCenterLimit } of emulator.clouds.values()) partnerCenterLimit.perSecond = perSecond;
}

/** The consents of each customer, by the client id of the application. */
export function consentedTo({ emulator, application }: Stage): string[] {
  return partnerTenant(emulator)
    .customers.filter(({ applicationConsents }) => applicationConsents.has(application.clientId))
    .map(({ id }) => id);
}

/** Requests to Partner Center after this call, each with its time. */
export function watch({ emulator }: Stage): (Omit<LoggedRequest, "number" | "at"> & { time: number })[] {
  const seen: (Omit<LoggedRequest, "number" | "at"> & { time: number })[] = [];
  const { requests } = emulator;
  const add = requests.add.bind(requests);
  requests.add = (entry) => {
    add(entry);
    if (entry.service === "partnerCenter") seen.push({ ...entry, time: performance.now() });
  };
  return seen;
}

/** A folder for the files of a run, removed after the test. */
export class RunFolder {
  readonly path = mkdtempSync(join(tmpdir(), "customers-"));
  readonly failures = join(this.path, "failures.csv");
  readonly options = ["--failures", this.failures];

  file(name: string, text: string | Buffer): string {
    const path = join(this.path, name);
    writeFileSync(path, text);
    return path;
  }

  read(path: string): string {
    return readFileSync(path, "utf8");
  }

  remove(): void {
    rmSync(this.path, { recursive: true });
  }
}
