/**
 * The first Ctrl-C of a deployment: the engine sends its providers a cancel request. Pulumi's own provider
 * process ignores it, and the signal reaches only the engine: so the request is intercepted where it arrives.
 * Imported for its effect. Node.js before 24.2 reports none: a wait ends at its deadline, or a second Ctrl-C.
 */
import { subscribe } from "node:diagnostics_channel";
import { interrupt } from "../startup/waiting";

/** The method of this process's own gRPC server, whose only caller is the engine. */
const cancel = "/pulumirpc.ResourceProvider/Cancel";

subscribe("http2.server.stream.start", (message) => {
  const { headers } = message as { headers?: Readonly<Record<string, unknown>> };
  if (headers?.[":path"] === cancel) interrupt();
});
