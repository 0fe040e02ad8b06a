/** The plugins as processes: how they start and how they end. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import * as grpc from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { ConfigureRequest } from "@pulumi/pulumi/proto/provider_pb";
import { toStruct } from "../../providers/base/values";
import { isRunning } from "../../testing/processes";
import { signIn } from "./replayed-graph";

interface UnderAnEngine {
  engine: ChildProcess;
  pid: number;
  port: string;
  /** Resolves when the plugin has looked for its engine and has not found it, or has ended. */
  missed: Promise<unknown>;
}

/** Starts a plugin under a parent that replaces the engine; returns the parent and its output. */
async function underAnEngine(plugin: string): Promise<UnderAnEngine> {
  const script = join(__dirname, "run-plugin.cjs");
  const engine: ChildProcess = spawn(process.execPath, [script, "engine", plugin, "127.0.0.1:1"], {
    stdio: ["ignore", "pipe", "inherit", "pipe"],
  });
  const [, stdout, , looks] = engine.stdio as Readable[];
  if (stdout === undefined || looks === undefined) throw new Error("no pipes");
  const missed = once(looks, "readable");
  const [line] = (await once(stdout, "data")) as [Buffer];
  const [pid = "", port = ""] = line.toString().split(" ");
  return { engine, pid: Number(pid), port, missed };
}

let plugin = 0;

afterEach(() => {
  if (plugin !== 0 && isRunning(plugin)) process.kill(plugin, "SIGKILL");
});

test.each(["azuread", "azure-native"])(
  "%s prints its port and nothing else, and ends when a killed engine cannot tell it to",
  async (name) => {
    const { engine, pid, port } = await underAnEngine(name);
    plugin = pid;
    expect(port).toMatch(/^\d+\n$/);
    expect(isRunning(pid)).toBe(true);
    engine.kill("SIGKILL");
    while (isRunning(pid)) await sleep(20);
  },
);

test("what it was asked for when the engine was killed it still does, as the real one; then it ends", async () => {
  const silent = createServer().listen(0, "127.0.0.1");
  await once(silent, "listening");
  const metadataHost = `127.0.0.1:${(silent.address() as AddressInfo).port}`;
  const { engine, pid, port, missed } = await underAnEngine("azuread");
  plugin = pid;
  const client = new ResourceProviderClient(`127.0.0.1:${port.trim()}`, grpc.credentials.createInsecure());
  const answered = new Promise((resolve) => {
    const request = new ConfigureRequest().setArgs(toStruct({ ...signIn, metadataHost }));
    client.configure(request, (error) => {
      resolve(error?.details);
    });
  });
  const [asked] = (await once(silent, "connection")) as [Socket];
  engine.kill("SIGKILL");
  await missed;
  expect(isRunning(pid)).toBe(true);
  asked.destroy();
  silent.close();
  expect(await answered).toMatch(/fetch failed/u);
  client.close();
  while (isRunning(pid)) await sleep(20);
});
