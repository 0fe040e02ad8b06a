/** Serves a plugin to the engine: the ResourceProvider gRPC service on a loopback port. */
import * as grpc from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { Calls, methods } from "./methods";
import type { Plugin } from "./plugin";

/** The engine uses the same limit: the state of a whole stack may be in one message. */
const maxMessageBytes = 400 * 1024 * 1024;
/** Milliseconds between two checks whether the engine still runs. */
const parentCheckInterval = 500;

export interface RunningPlugin {
  port: number;
  /** Calls in progress. */
  calls: Calls;
  stop(): void;
}

/** Starts a plugin on a free port of 127.0.0.1. */
export async function start<Cloud>(plugin: Plugin<Cloud>): Promise<RunningPlugin> {
  const server = new grpc.Server({
    "grpc.max_receive_message_length": maxMessageBytes,
    "grpc.max_send_message_length": maxMessageBytes,
  });
  const calls = new Calls();
  server.addService(ResourceProviderService, methods(plugin, calls));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
  return {
    port,
    calls,
    stop: () => {
      server.forceShutdown();
    },
  };
}

/** Runs a plugin's process: the engine reads the port from stdout. */
export async function serve<Cloud>(plugin: Plugin<Cloud>): Promise<void> {
  const { port, calls } = await start(plugin);
  endAfterEngine(calls);
  process.stdout.write(`${port}\n`);
}

/** Milliseconds that the recorded plugin lives on without its engine. */
const recordedLife = 298_000;

/**
 * A killed engine sends no Cancel. The recorded plugin completes its operations, although their results are
 * lost, and has nothing to do after that: this one then ends, unless it is to be as slow as that.
 */
function endAfterEngine(calls: Calls): void {
  const engine = process.ppid;
  const life = process.env["LOCAL_PROVIDERS_REAL_WAITS"] === "true" ? recordedLife : 0;
  let since = Infinity;
  setInterval(() => {
    if (process.ppid === engine) return;
    since = Math.min(since, performance.now());
    if (calls.open === 0 && performance.now() - since >= life) process.exit(0);
  }, parentCheckInterval).unref();
}
