"use strict";
// A provider plugin that the engine can start and call: its Read returns every resource with a mark that this plugin read it.
const grpc = require("@grpc/grpc-js");
const { PluginInfo } = require("@pulumi/pulumi/proto/plugin_pb");
const { ResourceProviderService } = require("@pulumi/pulumi/proto/provider_grpc_pb");
const messages = require("@pulumi/pulumi/proto/provider_pb");
const { toStruct } = require("../../../embedded-cloud/bin/providers/base/values");

const [version] = process.argv.slice(2);
const answer = (reply) => (call, callback) => callback(null, reply(call.request));

const server = new grpc.Server();
server.addService(ResourceProviderService, {
  getPluginInfo: answer(() => new PluginInfo().setVersion(version)),
  configure: answer(() => new messages.ConfigureResponse()),
  read: answer((request) => {
    const properties = toStruct({ readBy: `the installed plugin ${version}` });
    return new messages.ReadResponse().setId(request.getId()).setProperties(properties).setInputs(request.getInputs());
  }),
  diff: answer(() => new messages.DiffResponse()),
});
server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (_, port) =>
  process.stdout.write(`${port}\n`),
);
