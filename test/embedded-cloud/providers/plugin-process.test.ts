/** The plugins as processes: how they start and how they end. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import * as grpc from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { ConfigureRequest } from "@pulumi/pulumi/proto/provider_pb";
import { toStruct } from "../../../embedded-cloud/providers/base/values";
import { signIn } from "./replayed-graph";

/** Starts a plugin under a parent that replaces the engine; returns the parent and its output. */
async function underAnEngine(plugin: string): Promise<{ engine: ReturnType<typeof spawn>; pid: number; port: string }> {
  const script = join(__dirname, "run-plugin.cjs");
  const engine = spawn(process.execPath, [script, "engine", plugin, "127.0.0.1:1"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = (await once(engine.stdout, "data")) as [Buffer];
  const [pid = "", port = ""] = line.toString().split(" ");
  return { engine, pid: Number(pid), port };
}

let plugin = 0;

afterEach(() => {
  if (plugin !== 0 && lives(plugin)) process.kill(plugin, "SIGKILL");
});

function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test.each(["azuread", "azure-native"])(
  "%s prints its port and nothing else, and ends when a killed engine cannot tell it to",
  async (name) => {
    const { engine, pid, port } = await underAnEngine(name);
    plugin = pid;
    expect(port).toMatch(/^\d+\n$/);
    expect(lives(pid)).toBe(true);
    engine.kill("SIGKILL");
    while (lives(pid)) await new Promise((resolve) => setTimeout(resolve, 20));
  },
);

test("what it was asked for when the engine was killed it still does, as the real one; then it ends", async () => {
  const silent = createServer().listen(0, "127.0.0.1");
  await once(silent, "listening");
  const metadataHost = `127.0.0.1:${(silent.address() as AddressInfo).port}`;
  const { engine, pid, port } = await underAnEngine("azuread");
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
  // Longer than the check for the parent takes.
  await sleep(1500);
  expect(lives(pid)).toBe(true);
  asked.destroy();
  silent.close();
  expect(await answered).toMatch(/fetch failed/u);
  client.close();
  while (lives(pid)) await sleep(20);
});
