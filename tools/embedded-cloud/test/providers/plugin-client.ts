/** A gRPC client of a plugin in this process: requests and responses in the form of the recordings. */
import * as grpc from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import type { Plugin } from "../../providers/base/plugin";
import { start } from "../../providers/base/serve";
import { Empty, toStruct, type Values } from "../../providers/base/values";
import { CallFailure, checked, diffed, json, partialOf } from "../../testing/plugin-replies";

export interface Request {
  urn?: string;
  id?: string;
  tok?: string;
  args?: Values;
  properties?: Values;
  inputs?: Values;
  olds?: Values;
  news?: Values;
  oldInputs?: Values;
  ignoreChanges?: string[];
  preview?: boolean;
}

export type Method =
  | "GetPluginInfo"
  | "GetSchema"
  | "CheckConfig"
  | "DiffConfig"
  | "Configure"
  | "Invoke"
  | "Check"
  | "Diff"
  | "Create"
  | "Read"
  | "Update"
  | "Delete"
  | "Cancel"
  | "Handshake";

export interface PluginClient {
  /** Rejects with the engine's data of a failure: its text and its trailer. */
  call(method: Method, request?: Request): Promise<Values>;
  close(): void;
}

type Callback<Response> = (error: grpc.ServiceError | null, response: Response) => void;

async function answered<Response>(run: (callback: Callback<Response>) => void): Promise<Response> {
  return new Promise((resolve, reject) => {
    run((error, response) => {
      if (error === null) resolve(response);
      else reject(new CallFailure(error.details, error.code, partialOf(error)));
    });
  });
}

export async function open<Cloud>(plugin: Plugin<Cloud>): Promise<PluginClient> {
  const running = await start(plugin);
  const client = new ResourceProviderClient(`127.0.0.1:${running.port}`, grpc.credentials.createInsecure());
  return {
    call: (method, request = {}) => calls[method](client, request),
    close: () => {
      client.close();
      running.stop();
    },
  };
}

function check(request: Request): messages.CheckRequest {
  return new messages.CheckRequest()
    .setUrn(request.urn ?? "")
    .setOlds(toStruct(request.olds ?? {}))
    .setNews(toStruct(request.news ?? {}));
}

const calls: Record<Method, (client: ResourceProviderClient, request: Request) => Promise<Values>> = {
  GetPluginInfo: async (client) => ({
    version: (
      await answered((done: Callback<{ getVersion(): string }>) => client.getPluginInfo(new Empty(), done))
    ).getVersion(),
  }),
  GetSchema: async (client) =>
    JSON.parse(
      (
        await answered((done: Callback<messages.GetSchemaResponse>) =>
          client.getSchema(new messages.GetSchemaRequest(), done),
        )
      ).getSchema(),
    ) as Values,
  Handshake: async (client) => {
    await answered((done: Callback<unknown>) => client.handshake(new messages.ProviderHandshakeRequest(), done));
    return {};
  },
  CheckConfig: async (client, request) =>
    checked(await answered((done: Callback<messages.CheckResponse>) => client.checkConfig(check(request), done))),
  DiffConfig: async (client) => {
    await answered((done: Callback<unknown>) => client.diffConfig(new messages.DiffRequest(), done));
    return {};
  },
  Configure: async (client, request) => {
    const message = new messages.ConfigureRequest().setArgs(toStruct(request.args ?? {})).setAcceptsecrets(true);
    const response = await answered((done: Callback<messages.ConfigureResponse>) => client.configure(message, done));
    const flags = {
      supportsPreview: response.getSupportspreview(),
      supportsAutonamingConfiguration: response.getSupportsAutonamingConfiguration(),
      acceptSecrets: response.getAcceptsecrets(),
      acceptResources: response.getAcceptresources(),
    };
    return Object.fromEntries(Object.entries(flags).filter(([, value]) => value));
  },
  Invoke: async (client, request) => {
    const message = new messages.InvokeRequest().setTok(request.tok ?? "").setArgs(toStruct(request.args ?? {}));
    return {
      return: json(
        (await answered((done: Callback<messages.InvokeResponse>) => client.invoke(message, done))).getReturn(),
      ),
    };
  },
  Check: async (client, request) =>
    checked(await answered((done: Callback<messages.CheckResponse>) => client.check(check(request), done))),
  Diff: async (client, request) => {
    const message = new messages.DiffRequest()
      .setUrn(request.urn ?? "")
      .setId(request.id ?? "")
      .setOlds(toStruct(request.olds ?? {}))
      .setNews(toStruct(request.news ?? {}))
      .setOldInputs(toStruct(request.oldInputs ?? {}))
      .setIgnorechangesList(request.ignoreChanges ?? []);
    return diffed(await answered((done: Callback<messages.DiffResponse>) => client.diff(message, done)));
  },
  Create: async (client, request) => {
    const message = new messages.CreateRequest()
      .setUrn(request.urn ?? "")
      .setProperties(toStruct(request.properties ?? {}))
      .setPreview(request.preview ?? false);
    const response = await answered((done: Callback<messages.CreateResponse>) => client.create(message, done));
    return { id: response.getId(), properties: json(response.getProperties()) };
  },
  Read: async (client, request) => {
    const message = new messages.ReadRequest()
      .setUrn(request.urn ?? "")
      .setId(request.id ?? "")
      .setProperties(toStruct(request.properties ?? {}))
      .setInputs(request.inputs && toStruct(request.inputs));
    const response = await answered((done: Callback<messages.ReadResponse>) => client.read(message, done));
    if (response.getId() === "") return {};
    return { id: response.getId(), properties: json(response.getProperties()), inputs: json(response.getInputs()) };
  },
  Update: async (client, request) => {
    const message = new messages.UpdateRequest()
      .setUrn(request.urn ?? "")
      .setId(request.id ?? "")
      .setOlds(toStruct(request.olds ?? {}))
      .setNews(toStruct(request.news ?? {}))
      .setOldInputs(toStruct(request.oldInputs ?? {}))
      .setIgnorechangesList(request.ignoreChanges ?? [])
      .setPreview(request.preview ?? false);
    return {
      properties: json(
        (await answered((done: Callback<messages.UpdateResponse>) => client.update(message, done))).getProperties(),
      ),
    };
  },
  Delete: async (client, request) => {
    const message = new messages.DeleteRequest()
      .setUrn(request.urn ?? "")
      .setId(request.id ?? "")
      .setProperties(toStruct(request.properties ?? {}))
      .setOldInputs(toStruct(request.oldInputs ?? {}));
    await answered((done: Callback<unknown>) => client.delete(message, done));
    return {};
  },
  Cancel: async (client) => {
    await answered((done: Callback<unknown>) => client.cancel(new Empty(), done));
    return {};
  },
};
