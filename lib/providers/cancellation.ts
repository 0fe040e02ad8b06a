/**
 * The first Ctrl-C of a deployment: the engine sends its providers a cancel request. Pulumi's own provider process
 * ignores it, and the signal reaches only the engine: so the request is intercepted. Imported for its effect.
 * Relies on: the SDK's provider process serves gRPC by node:http2 under this method's name.
 * Without it: a wait ends at its deadline, or at a second Ctrl-C, as under Node.js before 24.2, which reports none.
 * Tested by: test/providers/cancellation.test.ts
 */
import { subscribe } from "node:diagnostics_channel";
import { interrupt } from "../startup/waiting";

/** The method of this process's own gRPC server, whose only caller is the engine. */
const cancel = "/pulumirpc.ResourceProvider/Cancel";

subscribe("http2.server.stream.start", (message) => {
  const { headers } = message as { headers?: Readonly<Record<string, unknown>> };
  if (headers?.[":path"] === cancel) interrupt();
});
