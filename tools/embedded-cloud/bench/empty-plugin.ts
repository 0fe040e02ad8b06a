/** Process entry of a plugin of any name that accepts every resource and does nothing: what remains is the engine's time. */
import * as grpc from "@grpc/grpc-js";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";

const unary =
  <Request, Response>(answer: (request: Request) => Response): grpc.handleUnaryCall<Request, Response> =>
  ({ request }, callback) => {
    callback(null, answer(request));
  };

const check = unary((request: messages.CheckRequest) => new messages.CheckResponse().setInputs(request.getNews()));

const server = new grpc.Server();
server.addService(ResourceProviderService, {
  getPluginInfo: unary(() => new PluginInfo().setVersion("0.0.1")),
  checkConfig: check,
  configure: unary(() => new messages.ConfigureResponse()),
  check,
  create: unary((request: messages.CreateRequest) =>
    new messages.CreateResponse().setId(request.getUrn()).setProperties(request.getProperties()),
  ),
  cancel: unary(() => new Empty()),
});
server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) throw error;
  process.stdout.write(`${port}\n`);
});
