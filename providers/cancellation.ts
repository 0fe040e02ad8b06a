/**
 * The first Ctrl-C of a deployment: the engine asks its providers to cancel and waits for what they are at. Pulumi's own provider process
 * hands that on to nobody, and a terminal's signal reaches the engine alone; so the request is seen where it arrives. Imported for its
 * effect. A Node.js before 24.2 tells of no such requests: there what is waited for ends by its deadline, or at a second Ctrl-C.
 */
import { subscribe } from "node:diagnostics_channel";
import { interrupt } from "../startup/waiting";

/** Of a gRPC server that is this process's own: it has one caller, the engine. */
const cancel = "/pulumirpc.ResourceProvider/Cancel";

subscribe("http2.server.stream.start", (message) => {
  const { headers } = message as { headers?: Readonly<Record<string, unknown>> };
  if (headers?.[":path"] === cancel) interrupt();
});
