/** The emulator as a separate process, started as by `npm run emulator`. Runs the build in bin/. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { seeds, seedsOf } from "../../emulator/seeds";
import { freePort } from "../../free-port";
import { isRunning } from "../../testing/processes";
import { nodeOptionsAs } from "../../testing/node-options";
import { trust } from "../../testing/emulator";

const program = path.resolve("tools", "embedded-cloud", "bin", "emulator", "main.js");

let directory: string;
const started: ChildProcess[] = [];
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), "emulator-test-"));
});
afterEach(async () => {
  await Promise.all(
    started.splice(0).map(async (child) => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exit = once(child, "exit");
      child.kill("SIGKILL");
      await exit;
    }),
  );
  rmSync(directory, { recursive: true, force: true });
});

interface Run {
  child: ChildProcess;
  stderr: () => string;
  exit: Promise<unknown>;
}

function run(...parameters: string[]): Run {
  return runIn(process.env, ...parameters);
}

function runIn(env: NodeJS.ProcessEnv, ...parameters: string[]): Run {
  const child = spawn(process.execPath, [program, ...parameters], { env, stdio: ["ignore", "pipe", "pipe"] });
  started.push(child);
  let stderr = "";
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  return { child, stderr: () => stderr, exit: once(child, "close").then(([code]: unknown[]) => code) };
}

async function firstLine(child: ChildProcess): Promise<Record<string, unknown>> {
  if (child.stdout === null) throw new Error("no stdout");
  const [line] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
  return JSON.parse(line) as Record<string, unknown>;
}

/** Takes the third port of a free block, which is Resource Manager's. */
async function holdPort(): Promise<Server & { first: number }> {
  const first = await freePort(3);
  const server = createServer().listen(first + 2, "127.0.0.1");
  await once(server, "listening");
  return Object.assign(server, { first });
}

test("one line of JSON says all a script needs, and the cloud answers until it is told to end", async () => {
  const { child, exit, stderr } = run("--directory", directory);
  const ready = await firstLine(child);
  const { byCloud, ...first } = ready;
  const { deployer, users } = seeds;
  const { clientId, clientSecret, servicePrincipalId: objectId } = deployer;
  const [northwind] = seeds.otherPartners;
  const otherCloud = { tenantId: seeds.government.id, domain: "partner-gov.example", cloud: "AzureUSGovernment" };
  const account = (userPrincipalName: string, { id, password }: { id: string; password: string }) => ({
    ...{ objectId: id, userPrincipalName, password, mfa: true },
  });
  expect(first).toEqual({
    url: expect.stringMatching(/^https:\/\/127\.0\.0\.1:\d+$/) as unknown,
    clouds: ["AzureCloud"],
    origins: {
      authority: ready["url"],
      microsoftGraph: expect.any(String) as unknown,
      resourceManager: expect.any(String) as unknown,
      partnerCenter: expect.any(String) as unknown,
      azureAdGraph: expect.any(String) as unknown,
    },
    metadataHost: new URL(String(ready["url"])).host,
    caFile: path.join(directory, "certificate", "ca.pem"),
    adminTokenFile: path.join(directory, `admin-token-${new URL(String(ready["url"])).port}`),
    tenantId: seeds.partner.id,
    domain: "partner.example",
    initialDomain: "fabrikampartner.onmicrosoft.com",
    subscriptionId: seeds.subscription.id,
    deployer: { clientId, clientSecret, objectId },
    serviceAccount: account("svc-partner@partner.example", users.serviceAccount),
    administrator: account("admin@partner.example", users.administrator),
    accounts: expect.any(Array) as unknown,
    groups: Object.values(seeds.groups),
    customers: seeds.customers,
    otherPartners: [
      {
        tenantId: northwind.partner.id,
        domain: "northwind.example",
        serviceAccount: account("svc-partner@northwind.example", northwind.users.serviceAccount),
        administrator: account("admin@northwind.example", northwind.users.administrator),
      },
    ],
    tenantOfAnotherCloud: otherCloud,
  });
  const { url, clouds, caFile, adminTokenFile, ...cloud } = first;
  expect([url, clouds, caFile, adminTokenFile].includes(undefined)).toBe(false);
  expect(byCloud).toEqual({ AzureCloud: cloud });
  trust(String(ready["caFile"]));
  const answer = await fetch(`${String(ready["url"])}/partner.example/v2.0/.well-known/openid-configuration`);
  expect(answer.status).toBe(200);
  child.kill("SIGTERM");
  expect([await exit, stderr(), existsSync(String(ready["adminTokenFile"]))]).toEqual([0, "", false]);
});

test("whatever it keeps is for this user alone, and is used again at the next start", async () => {
  const first = run("--directory", directory);
  const { caFile, url } = await firstLine(first.child);
  const ca = readFileSync(String(caFile), "utf8");
  trust(String(caFile));
  const keys = await (await fetch(`${String(url)}/common/discovery/v2.0/keys`)).json();
  const kept = readdirSync(directory, { recursive: true, withFileTypes: true }).filter(
    ({ parentPath, name }) => !path.join(parentPath, name).includes("compile-cache"),
  );
  const open = kept.filter((entry) => (statSync(path.join(entry.parentPath, entry.name)).mode & 0o077) !== 0);
  expect([kept.length > 4, open.map(({ name }) => name)]).toEqual([true, []]);
  first.child.kill("SIGINT");
  expect(await first.exit).toBe(0);

  const second = run("--directory", directory);
  const again = await firstLine(second.child);
  expect(readFileSync(String(again["caFile"]), "utf8")).toBe(ca);
  expect(await (await fetch(`${String(again["url"])}/common/discovery/v2.0/keys`)).json()).toEqual(keys);
});

test("services take the ports of one block", async () => {
  const first = await freePort(16);
  const { child } = run("--port", String(first), "--directory", directory);
  const { origins } = await firstLine(child);
  const names = ["authority", "microsoftGraph", "resourceManager", "partnerCenter", "azureAdGraph"];
  expect(origins).toEqual(Object.fromEntries(names.map((name, i) => [name, `https://127.0.0.1:${first + i}`])));
});

test("two clouds are announced each by its name, with ids and ports of its own", async () => {
  const first = await freePort(32);
  const both = ["--clouds", "AzureUSGovernment,AzureCloud", "--port", String(first), "--directory", directory];
  const ready = await firstLine(run(...both).child);
  const government = seedsOf("AzureUSGovernment");
  const origin = (port: number) => `https://127.0.0.1:${first + port}`;
  expect(ready).toMatchObject({
    url: origin(0),
    clouds: ["AzureUSGovernment", "AzureCloud"],
    tenantId: government.partner.id,
    byCloud: {
      AzureUSGovernment: {
        origins: { authority: origin(0), partnerCenter: origin(3) },
        metadataHost: `127.0.0.1:${first}`,
        tenantId: government.partner.id,
        deployer: { clientId: government.deployer.clientId, clientSecret: government.deployer.clientSecret },
        serviceAccount: { userPrincipalName: "svc-partner@partner-gov.example", mfa: true },
        tenantOfAnotherCloud: { tenantId: seeds.partner.id, cloud: "AzureCloud" },
      },
      AzureCloud: {
        origins: { authority: origin(16), partnerCenter: origin(19) },
        metadataHost: `127.0.0.1:${first + 16}`,
        tenantId: seeds.partner.id,
        subscriptionId: seeds.subscription.id,
        tenantOfAnotherCloud: { tenantId: government.partner.id, cloud: "AzureUSGovernment" },
      },
    },
  });
});

test("a taken port is one clear error that says what to do", async () => {
  const server = await holdPort();
  try {
    const { exit, stderr } = run("--port", String(server.first), "--directory", directory);
    expect(await exit).toBe(1);
    expect(stderr()).toBe(
      `emulator: port ${server.first + 2} on 127.0.0.1, wanted for resourceManager of AzureCloud, is taken by another process. ` +
        "Stop that process, choose another block with --port <number>, or let the system choose with --port 0.\n",
    );
  } finally {
    server.close();
  }
});

const wrongPort = (port: string, last = 65520) => `--port is "${port}"; it is a whole number from 0 to ${last}`;
const wrongClouds = (clouds: string) =>
  `--clouds is "${clouds}"; it is one or more of AzureCloud, AzureUSGovernment, each once`;

test.each([
  [["--port", "many"], wrongPort("many")],
  [["--port", "65521"], wrongPort("65521")],
  [["--port", "65520", "--clouds", "AzureCloud,AzureUSGovernment"], wrongPort("65520", 65504)],
  [["--clouds", "AzureCloud,AzureMoon"], wrongClouds("AzureCloud,AzureMoon")],
  [["--clouds", "AzureCloud,AzureCloud"], wrongClouds("AzureCloud,AzureCloud")],
  [["--prot", "1"], "Unknown option '--prot'"],
  [["extra"], "Unexpected argument 'extra'"],
])("%j is a usage error", async (parameters, problem) => {
  const { exit, stderr } = run(...parameters);
  expect(await exit).toBe(2);
  expect(stderr()).toContain(`emulator: ${problem}`);
  expect(stderr()).toContain("Usage: npm run emulator");
});

test("a Node that is too old is one clear error that says what to do", async () => {
  const { exit, stderr } = runIn({ ...process.env, NODE_OPTIONS: nodeOptionsAs("20.20.2") }, "--directory", directory);
  expect(await exit).toBe(1);
  expect(stderr()).toBe(
    `emulator: this needs Node 22.12 or later; ${process.execPath} is 20.20.2. Start it with npm run emulator, which takes a later one.\n`,
  );
});

test("with --exit-with-parent it ends when its parent is gone", async () => {
  const script = `
    const { spawn } = require("node:child_process");
    const child = spawn(process.execPath, ${JSON.stringify([program, "--directory", directory, "--exit-with-parent"])}, { stdio: ["ignore", "pipe", "inherit"] });
    child.stdout.once("data", (line) => process.stdout.write(JSON.stringify({ pid: child.pid, ready: JSON.parse(line) }) + "\\n"));
    setInterval(() => undefined, 1000);`;
  const parent = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "pipe"] });
  started.push(parent);
  const { pid, ready } = (await firstLine(parent)) as { pid: number; ready: { adminTokenFile: string } };
  parent.kill("SIGKILL");
  // The test's own limit ends it.
  while (isRunning(pid)) await new Promise((resolve) => setTimeout(resolve, 50));
  expect(existsSync(ready.adminTokenFile)).toBe(false);
});
