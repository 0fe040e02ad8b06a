/** Methods of the ResourceProvider service; others return Unimplemented, as Handshake does (recorded). */
import type * as grpc from "@grpc/grpc-js";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { toServiceError } from "./errors";
import type { Plugin } from "./plugin";
import { Session } from "./session";

/** Counts the calls in progress. */
export class Calls {
  open = 0;

  async during<T>(run: () => T | Promise<T>): Promise<T> {
    this.open += 1;
    try {
      return await run();
    } finally {
      this.open -= 1;
    }
  }
}

export function methods<Cloud>(plugin: Plugin<Cloud>, calls: Calls): grpc.UntypedServiceImplementation {
  const unary = unaryCounted(calls);
  const session = new Session(plugin);
  return {
    getPluginInfo: unary(() => new PluginInfo().setVersion(plugin.version)),
    getSchema: unary(() => {
      const schema = JSON.stringify({ name: plugin.name, version: plugin.version });
      return new messages.GetSchemaResponse().setSchema(schema);
    }),
    checkConfig: unary((request: messages.CheckRequest) => session.checkConfig(request)),
    diffConfig: unary(() => new messages.DiffResponse()),
    configure: unary((request: messages.ConfigureRequest) => session.configure(request)),
    invoke: unary((request: messages.InvokeRequest) => session.invoke(request)),
    check: unary((request: messages.CheckRequest) => session.check(request)),
    diff: unary((request: messages.DiffRequest) => session.diff(request)),
    create: unary((request: messages.CreateRequest) => session.create(request)),
    read: unary((request: messages.ReadRequest) => session.read(request)),
    update: unary((request: messages.UpdateRequest) => session.update(request)),
    delete: unary((request: messages.DeleteRequest) => session.delete(request)),
    cancel: unary(() => session.cancel()),
  };
}

const unaryCounted =
  (calls: Calls) =>
  <Request, Response>(
    run: (request: Request) => Response | Promise<Response>,
  ): grpc.handleUnaryCall<Request, Response> =>
  (call, callback) => {
    const answer = async (): Promise<void> => {
      try {
        callback(null, await calls.during(() => run(call.request)));
      } catch (error) {
        callback(toServiceError(error));
      }
    };
    void answer();
  };
