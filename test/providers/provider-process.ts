/** The engine's own process for dynamic resources, with the build in bin/, called like the engine does. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setImmediate } from "node:timers/promises";
import * as grpc from "@grpc/grpc-js";
import * as pulumi from "@pulumi/pulumi";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { assign, createVault, resourceManagerOf, roleIds, vaultPath } from "../../tools/embedded-cloud/testing/azure";
import { type Ask, askAs } from "../../tools/embedded-cloud/testing/callers";
import { type Emulator, startEmulator } from "../../tools/embedded-cloud/testing/emulator";
import { soonerStarts } from "../../tools/embedded-cloud/engine/engine-environment";
import { withoutNotices } from "../cli/support/built-command";
import { ownEndpoints } from "../support/own-endpoints";
import { shortPauses } from "../support/pauses";
import {
  CallFailure,
  Empty,
  json,
  partialOf,
  toStruct,
  type Values,
} from "../../tools/embedded-cloud/testing/plugin-replies";

const repository = join(__dirname, "..", "..");

/** The code of a dynamic resource, as in the engine's state. */
export async function codeOf(resource: () => pulumi.CustomResource): Promise<string> {
  const codes: string[] = [];
  const newResource = ({ name, inputs }: pulumi.runtime.MockResourceArgs) => {
    codes.push((inputs as { __provider: string }).__provider);
    return { id: name, state: inputs as object };
  };
  await pulumi.runtime.setMocks({ newResource, call: () => ({}) });
  resource();
  await pulumi.runtime.disconnect();
  return codes.join("\n");
}

type Callback<Response> = (error: grpc.ServiceError | null, response: Response) => void;

/**
 * The response, or the engine's data of a failure. What the process wrote to stderr before it is in `log` by then: it is in the pipe, and the event loop
 * reads both before it goes on.
 */
async function answered<Response>(call: (callback: Callback<Response>) => void): Promise<Response> {
  try {
    return await new Promise((resolve, reject) => {
      call((error, response) => {
        if (error === null) resolve(response);
        else reject(new CallFailure(error.details, error.code, partialOf(error)));
      });
    });
  } finally {
    await setImmediate();
  }
}

/** What a call fails with; the test fails when it does not. */
export const failureOf = async (call: Promise<unknown>): Promise<CallFailure> =>
  await call.then(
    () => Promise.reject(new Error("It did not fail.")),
    (error: unknown) => error as CallFailure,
  );

interface Kept {
  id: string;
  properties: Values;
}

export interface Started {
  emulator: Emulator;
  provider: ProviderProcess;
  /** Of the resource, as state keeps it. */
  code: string;
  /** Inputs of a resource in the partner's tenant. */
  common: Values;
  /** Requests that changed something in Microsoft Graph. */
  changes: () => string[];
}

/** For all tests of a file: nothing that the process writes holds a secret. @param tenant that the process is signed in to; default the emulator's partner */
export function providerForAll(
  resource: () => pulumi.CustomResource,
  use: (started: Started) => void,
  tenant?: (emulator: Emulator) => string,
): void {
  let started: Started;
  beforeAll(async () => {
    const emulator = await startEmulator();
    const provider = await ProviderProcess.startFor(emulator, tenant?.(emulator));
    const code = await codeOf(resource);
    const { seeds, origins, requests } = emulator;
    const endpoints = ownEndpoints({ authority: emulator.url, microsoftGraph: origins.microsoftGraph });
    const common = { cloud: "AzureCloud", endpoints, tenantId: seeds.partner.id, __provider: code };
    const isChange = ({ service, method }: { service: string; method: string }) =>
      service === "microsoftGraph" && method !== "GET";
    const changes = () =>
      requests
        .entries()
        .filter(isChange)
        .map(({ method, path }) => `${method} ${path}`);
    started = { emulator, provider, code, common, changes };
    use(started);
  });
  afterAll(async () => {
    const { emulator, provider } = started;
    await provider.stop();
    await emulator.close();
    for (const secret of ["canary", emulator.seeds.deployer.clientSecret]) expect(provider.log).not.toContain(secret);
  });
}

/** The emulator as at its start, with a vault in which the deployer has these roles. @returns its URI, which ends with a slash */
export async function freshVault(
  emulator: Emulator,
  ...roles: (keyof typeof roleIds)[]
): Promise<{ vaultUri: string; ask: Ask; askManager: Ask }> {
  emulator.reset();
  const askManager = resourceManagerOf(emulator);
  const origin = await createVault(emulator, askManager);
  for (const role of roles) await assign(emulator, askManager, vaultPath(emulator), roleIds[role]);
  return { vaultUri: `${origin}/`, ask: await askAs(emulator, origin), askManager };
}

export class ProviderProcess {
  #errors = "";
  /** Resolves with the exit code. */
  readonly ended: Promise<number | null>;

  private constructor(
    private readonly process: ChildProcess,
    private readonly engine: Server,
    private readonly client: ResourceProviderClient,
  ) {
    this.ended = once(process, "exit").then(([code]) => code as number | null);
    process.stderr?.setEncoding("utf8").on("data", (text: string) => (this.#errors += text));
  }

  /** Its output on stderr, which the engine shows as a log, without what is told of a machine that is slow. */
  get log(): string {
    return withoutNotices(this.#errors);
  }

  /** As an emulator's deployer. @param tenantId that it is signed in to; default its own */
  static async startFor({ seeds, caFile }: Emulator, tenantId: string = seeds.partner.id): Promise<ProviderProcess> {
    const { clientId, clientSecret } = seeds.deployer;
    const login = { ARM_TENANT_ID: tenantId, ARM_CLIENT_ID: clientId, ARM_CLIENT_SECRET: clientSecret };
    return await ProviderProcess.start({ NODE_EXTRA_CA_CERTS: caFile, ...login });
  }

  /** Pauses between attempts are short. */
  static async start(variables: Record<string, string>): Promise<ProviderProcess> {
    const environment = { NODE_OPTIONS: shortPauses, ...variables };
    const engine = createServer((socket) => socket.on("error", () => undefined));
    await once(engine.listen(0, "127.0.0.1"), "listening");
    const { port } = engine.address() as { port: number };
    const main = join(repository, "node_modules", "@pulumi", "pulumi", "cmd", "dynamic-provider", "index.js");
    const env = { PATH: process.env["PATH"] ?? "", ...environment, ...soonerStarts(repository, environment) };
    const child = spawn(process.execPath, [main, `127.0.0.1:${port}`], {
      cwd: repository,
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const [line] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
    const client = new ResourceProviderClient(`127.0.0.1:${line}`, grpc.credentials.createInsecure());
    const started = new ProviderProcess(child, engine, client);
    const configure = new messages.ConfigureRequest().setArgs(toStruct({}));
    await answered((done: Callback<messages.ConfigureResponse>) => client.configure(configure, done));
    return started;
  }

  async check(olds: Values, news: Values): Promise<Values> {
    const request = new messages.CheckRequest().setOlds(toStruct(olds)).setNews(toStruct(news));
    const reply = await answered((done: Callback<messages.CheckResponse>) => this.client.check(request, done));
    return { inputs: json(reply.getInputs()), failures: reply.getFailuresList().map((one) => one.getReason()) };
  }

  async create(inputs: Values): Promise<Kept> {
    const request = new messages.CreateRequest().setProperties(toStruct(inputs));
    const reply = await answered((done: Callback<messages.CreateResponse>) => this.client.create(request, done));
    return { id: reply.getId(), properties: json(reply.getProperties()) };
  }

  async read(id: string, properties: Values): Promise<Kept & { inputs: Values }> {
    const request = new messages.ReadRequest().setId(id).setProperties(toStruct(properties));
    const reply = await answered((done: Callback<messages.ReadResponse>) => this.client.read(request, done));
    return { id: reply.getId(), properties: json(reply.getProperties()), inputs: json(reply.getInputs()) };
  }

  async update(id: string, olds: Values, news: Values): Promise<Pick<Kept, "properties">> {
    const request = new messages.UpdateRequest().setId(id).setOlds(toStruct(olds)).setNews(toStruct(news));
    const reply = await answered((done: Callback<messages.UpdateResponse>) => this.client.update(request, done));
    return { properties: json(reply.getProperties()) };
  }

  async delete(id: string, properties: Values): Promise<void> {
    const request = new messages.DeleteRequest().setId(id).setProperties(toStruct(properties));
    await answered((done: Callback<unknown>) => this.client.delete(request, done));
  }

  /** As at the first Ctrl-C. */
  async cancel(): Promise<void> {
    await answered((done: Callback<unknown>) => this.client.cancel(new Empty(), done));
  }

  /** The engine's address no longer responds, as after a kill of its process. */
  killEngine(): void {
    this.engine.close();
  }

  async stop(): Promise<void> {
    this.client.close();
    this.engine.close();
    this.process.kill();
    await this.ended;
  }
}
