/**
 * An emulator inside the test's process.
 *
 *     const cloud = await startEmulator();          // beforeAll; its CA is trusted by fetch and https of this process from here on
 *     const { code } = await signInFor(cloud, url); // walks the sign-in pages, as a person would
 *     await cloud.close();                          // afterAll
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import tls from "node:tls";
import { createEmulator, type Emulator, type EmulatorOptions } from "../emulator/emulator";
import type { UserSeed } from "../emulator/seed-schema";
import { seeds } from "../emulator/seeds";
import { signIn, type Person } from "../sign-in-robot";

export { announcement } from "../emulator/announcement";
export { serverCertificate } from "../emulator/certificate";
export type { CloudContext } from "../emulator/cloud";
export type { CloudName } from "../emulator/clouds";
export { createEmulator, type Emulator } from "../emulator/emulator";
export { createFaults, type Fault, type Faults, type StruckRequest } from "../emulator/faults";
export { createRateLimit } from "../emulator/partner-center/rate-limit";
export type { LoggedRequest } from "../emulator/request-log";
export type { PartnerSeeds, UserSeed } from "../emulator/seed-schema";
export { allSeeds, seeds, seedsOf } from "../emulator/seeds";
export { type CloudSnapshot, restoreSnapshot, takeSnapshot } from "../emulator/snapshot";

/** Kept between runs, so that no test waits for new keys. */
const directory = path.resolve(".local", "test-emulator");

/** Starts an emulator on free ports, with role assignments that take effect at once, and trusts its CA in this process. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const emulator = await createEmulator({ directory, roleAssignmentDelay: 0, ...options });
  trust(emulator.caFile);
  return emulator;
}

/**
 * One emulator for the tests of a file, as new before each of them. What is returned stands for it while a test runs.
 *
 * @param prepare creates what the tests need there
 */
export function emulatorForEach(prepare?: (emulator: Emulator) => unknown, options: EmulatorOptions = {}): Emulator {
  let running: Emulator;
  beforeAll(async () => {
    running = await startEmulator(options);
  });
  beforeEach(async () => {
    running.reset();
    await prepare?.(running);
  });
  afterAll(() => running.close());
  return new Proxy({} as Emulator, { get: (_, member) => Reflect.get(running, member) as unknown });
}

/** An emulator's clock stands from now on, but for what a test advances it by; until jest restores its mocks. */
export function stopClock({ clock }: Emulator): void {
  let now = clock.now();
  jest.spyOn(clock, "now").mockImplementation(() => now);
  jest.spyOn(clock, "advance").mockImplementation((milliseconds) => {
    now += milliseconds;
  });
}

/** Makes fetch, https and tls of this process trust a CA, beside those they trust already. */
export function trust(caFile: string): void {
  const ca = readFileSync(caFile, "utf8");
  const trusted = tls.getCACertificates("default");
  if (!trusted.includes(ca)) tls.setDefaultCACertificates([...trusted, ca]);
}

export interface SignInAnswers {
  /** Default: the service account, which has a second factor and is a member of AdminAgents. */
  account?: UserSeed;
  password?: string;
  consent?: Person["consent"];
  secondFactor?: Person["secondFactor"];
}

/**
 * Opens an authorize URL and completes every page, until the browser would be redirected to the URL's redirect_uri, which is not opened.
 *
 * @returns the parameters sent to the redirect URI: code and state, or error and error_description
 * @throws Error with the reason on the page, when the cloud refuses on a page
 */
export async function signInFor(authorizeUrl: string, answers: SignInAnswers = {}): Promise<Record<string, string>> {
  const { account = seeds.users.serviceAccount, consent = "accept", secondFactor = "approve" } = answers;
  const redirectUri = new URL(authorizeUrl).searchParams.get("redirect_uri") ?? "";
  const person = {
    username: account.userPrincipalName,
    password: answers.password ?? account.password,
    consent,
    secondFactor,
  };
  const arrival = await signIn(authorizeUrl, person, redirectUri);
  return Object.fromEntries(arrival.form ?? new URL(arrival.url).searchParams);
}
