/** The first steps of both plugin processes. */
import { readFileSync } from "node:fs";
import { flushCompileCache } from "node:module";
import { setTimeout as sleep } from "node:timers/promises";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import * as grpc from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import type { Surroundings } from "./cloud";
import { messageOf } from "./errors";
import type { Plugin } from "./plugin";
import { serve } from "./serve";

/** Serves the plugin as long as the engine runs. */
export function runPlugin<Cloud>(make: (surroundings: Surroundings) => Plugin<Cloud>): void {
  const environment = process.env;
  trust(environment["SSL_CERT_FILE"]);
  const surroundings: Surroundings = {
    environment,
    sleep: (milliseconds, signal) => sleep(milliseconds, undefined, { signal }),
    debug: debugOf(process.argv.findLast((word) => /^127\.0\.0\.1:\d+$/u.test(word)) ?? ""),
  };
  // The engine ends plugins by a signal; Node writes its cache by itself only when the process exits.
  serve(make(surroundings))
    .then(flushCompileCache)
    .catch((error: unknown) => {
      process.stderr.write(`${messageOf(error)}\n`);
      process.exit(1);
    });
}

/** The engine shows it at --debug, and logs it from -v=3 on. One that is gone gets nothing. */
function debugOf(address: string): (message: string) => Promise<void> {
  const engine = new EngineClient(address, grpc.credentials.createInsecure());
  return async (message) => {
    const request = new LogRequest().setSeverity(LogSeverity.DEBUG).setMessage(message);
    await new Promise((resolve) => engine.log(request, resolve));
  };
}

/** The real plugins are written in Go, which trusts this file's certificates; Node does not without this. */
function trust(certificateFile: string | undefined): void {
  if (certificateFile === undefined || certificateFile === "") return;
  const parts = readFileSync(certificateFile, "utf8").split(/(?<=-----END CERTIFICATE-----)/);
  const certificates = parts.filter((part) => part.includes("-----BEGIN CERTIFICATE-----"));
  setDefaultCACertificates([...getCACertificates("default"), ...certificates]);
}
