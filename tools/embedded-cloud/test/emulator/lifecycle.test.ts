import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { once } from "node:events";
import type { Emulator, EmulatorOptions } from "../../emulator/emulator";
import { PortTakenError } from "../../emulator/server";
import { freePort } from "../../free-port";
import { groupPath, resourceManagerOf, vaultBody, vaultPath } from "../../testing/azure";
import { cloudOf, refusal } from "../../testing/callers";
import { emulatorForEach, startEmulator } from "../../testing/emulator";

const cloud = emulatorForEach();
const others: Emulator[] = [];
afterEach(() => Promise.all(others.splice(0).map((other) => other.close())));
const start = async (options: EmulatorOptions = {}): Promise<Emulator> => {
  const other = await startEmulator(options);
  others.push(other);
  return other;
};

const azure = (emulator = cloud) => cloudOf(emulator);

const full = (port: number): string =>
  `vault one-too-many: AzureCloud has 16 ports (${port} to ${port + 15}) and all are in use: 11 names of vaults have one each until ` +
  "the process ends. Start the emulator with --port 0, which gives every vault a free port.";

describe("vault listeners", () => {
  test("a vault has one origin, whatever the case of its name, also after a reset", async () => {
    const first = await azure().openVault("Vault-One");
    const [again, other] = await Promise.all([azure().openVault("vault-one"), azure().openVault("vault-two")]);
    cloud.reset();
    expect([again, await azure().openVault("vault-one")]).toEqual([first, first]);
    expect(other).not.toBe(first);
    expect(Object.fromEntries(azure().vaultOrigins)).toMatchObject({ "vault-one": first, "vault-two": other });
  });

  test("take the ports after the services', in order, and say so when the block is full", async () => {
    const port = await freePort(16);
    const fixed = await start({ port });
    const names = Array.from({ length: 11 }, (_, index) => `vault-${index}`);
    const opened = await Promise.all(names.map((name) => azure(fixed).openVault(name)));
    expect(opened).toEqual(names.map((_, index) => `https://127.0.0.1:${port + 5 + index}`));
    await expect(azure(fixed).openVault("one-too-many")).rejects.toThrow(full(port));
    const ask = resourceManagerOf(fixed);
    await ask("PUT", groupPath(fixed), { location: "westeurope" });
    const answer = refusal(await ask("PUT", vaultPath(fixed, "one-too-many"), vaultBody(fixed)));
    expect(answer).toEqual([501, "NotImplemented", expect.stringContaining(full(port))]);
  });

  test("a vault whose port is taken leaves the others alone, and can be tried again", async () => {
    const port = await freePort(16);
    const holder = createServer().listen(port + 5, "127.0.0.1");
    await once(holder, "listening");
    const fixed = await start({ port });
    const wanted = `port ${port + 5} on 127.0.0.1, wanted for vault late`;
    await expect(azure(fixed).openVault("late")).rejects.toThrow(wanted);
    holder.close();
    await once(holder, "close");
    expect(await azure(fixed).openVault("late")).toBe(`https://127.0.0.1:${port + 5}`);
  });
});

test("a taken port gives back those that were already opened", async () => {
  const port = await freePort(2);
  const holder = createServer().listen(port + 1, "127.0.0.1");
  await once(holder, "listening");
  try {
    await expect(startEmulator({ port })).rejects.toBeInstanceOf(PortTakenError);
    for (let time = 0; time < 2; time += 1) {
      // The second time, the first service's port must be free again.
      await expect(startEmulator({ port })).rejects.toThrow(`port ${port + 1} on 127.0.0.1, wanted for microsoft`);
    }
  } finally {
    holder.close();
  }
});

test("two emulators share a directory: one certificate, a token each", async () => {
  const other = await start();
  expect(other.caFile).toBe(cloud.caFile);
  expect(other.adminTokenFile).not.toBe(cloud.adminTokenFile);
  expect(readFileSync(other.adminTokenFile, "utf8")).not.toBe(readFileSync(cloud.adminTokenFile, "utf8"));
  expect((await fetch(`${other.url}/`)).status).toBe(200);
});

test("close ends every listener, and what a fault holds up", async () => {
  const closing = await startEmulator();
  const vault = await azure(closing).openVault("short-lived");
  const held = closing.faults.add({ service: "partnerCenter", delay: 60_000 });
  const request = fetch(`${closing.origins.partnerCenter}/v1/customers`, { headers: { authorization: "Bearer x" } });
  const ended = request.then(
    () => "answered",
    () => "broken",
  );
  while (held.struck === 0) await new Promise((next) => setTimeout(next, 5));
  await closing.close();
  // The request has ended, and the service did not get it.
  expect([await ended, closing.requests.entries().map(({ status }) => status)]).toEqual(["broken", [503]]);
  for (const origin of [...Object.values<string>({ ...closing.origins }), vault]) {
    await expect(fetch(origin)).rejects.toThrow("fetch failed");
  }
});

test("faults can hold from the start", async () => {
  const faulty = await start({ faults: [{ service: "partnerCenter", status: 503, times: 1 }] });
  const status = async () => (await fetch(`${faulty.origins.partnerCenter}/v1/customers`)).status;
  expect([await status(), await status()]).toEqual([503, 401]);
});
