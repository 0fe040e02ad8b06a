/** The engine's use of one plugin process: configured once, then called for resources. */
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { check } from "./check";
import { differences } from "./differences";
import type { Existing, Operation, Planned, Plugin, ResourceType } from "./plugin";
import { previewState } from "./preview";
import { nameOf, typeOf } from "./urn";
import { Empty, fromStruct, toStruct, withoutMarks } from "./values";

export class Session<Cloud> {
  private cloud: Cloud | undefined;
  private readonly cancelled = new AbortController();

  constructor(private readonly plugin: Plugin<Cloud>) {}

  checkConfig(request: messages.CheckRequest): messages.CheckResponse {
    const config = fromStruct(request.getNews());
    this.plugin.checkConfig(config);
    return new messages.CheckResponse().setInputs(toStruct(config, this.plugin.secretConfig));
  }

  /** No acceptSecrets: later requests then contain plain values, as for the recorded plugin. */
  async configure(request: messages.ConfigureRequest): Promise<messages.ConfigureResponse> {
    const config = fromStruct(request.getArgs());
    this.cloud = await this.explained("configure", "", () => this.plugin.configure(config, this.cancelled.signal));
    return new messages.ConfigureResponse().setSupportspreview(true).setSupportsAutonamingConfiguration(true);
  }

  async invoke(request: messages.InvokeRequest): Promise<messages.InvokeResponse> {
    const token = request.getTok();
    const called = this.plugin.functions.find((candidate) => candidate.token === token);
    if (called === undefined) throw this.unknown("function", token, this.plugin.functions);
    const args = fromStruct(request.getArgs());
    const result = await this.explained("invoke", token, () => called.call(this.configured(), args));
    return new messages.InvokeResponse().setReturn(toStruct(result));
  }

  check(request: messages.CheckRequest): messages.CheckResponse {
    const type = this.type(request.getUrn());
    const values = { news: fromStruct(request.getNews()), olds: fromStruct(request.getOlds()) };
    const { inputs, failures } =
      this.plugin.check?.(type, values) ?? check(type.properties, values, nameOf(request.getUrn()), this.plugin);
    return new messages.CheckResponse()
      .setInputs(toStruct(inputs, type.secrets))
      .setFailuresList(failures.map((reason) => new messages.CheckFailure().setReason(reason)));
  }

  async diff(request: messages.DiffRequest): Promise<messages.DiffResponse> {
    const type = this.type(request.getUrn());
    const subject = { urn: request.getUrn(), id: request.getId(), inputs: fromStruct(request.getNews()) };
    const state = fromStruct(request.getOlds());
    await this.plan(type, { ...subject, state });
    const olds = this.plugin.compares === "outputs" ? state : fromStruct(request.getOldInputs());
    return differences(this.plugin, type, { olds, news: subject.inputs, ignored: request.getIgnorechangesList() });
  }

  async create(request: messages.CreateRequest): Promise<messages.CreateResponse> {
    const type = this.type(request.getUrn());
    const subject = { urn: request.getUrn(), inputs: withoutMarks(fromStruct(request.getProperties())) };
    await this.plan(type, subject);
    const response = new messages.CreateResponse();
    if (request.getPreview()) {
      return response.setProperties(toStruct(previewState(this.plugin, type, subject.inputs), type.secrets));
    }
    const { id, state } = await this.explained("create", subject.urn, () => type.create(this.configured(), subject));
    return response.setId(id).setProperties(toStruct(state, type.secrets));
  }

  async read(request: messages.ReadRequest): Promise<messages.ReadResponse> {
    const type = this.type(request.getUrn());
    const existing: Existing = {
      urn: request.getUrn(),
      id: request.getId(),
      state: fromStruct(request.getProperties()),
      inputs: fromStruct(request.getInputs()),
      isImport: !request.hasInputs(),
    };
    const found = await this.explained("read", existing.urn, () => type.read(this.configured(), existing));
    const response = new messages.ReadResponse();
    if (found === undefined) return response;
    const inputs = this.plugin.inputsAfterRead(type, existing, found);
    return response
      .setId(existing.id)
      .setProperties(toStruct(found, type.secrets))
      .setInputs(toStruct(inputs, type.secrets));
  }

  async update(request: messages.UpdateRequest): Promise<messages.UpdateResponse> {
    const type = this.type(request.getUrn());
    const existing = {
      urn: request.getUrn(),
      id: request.getId(),
      state: fromStruct(request.getOlds()),
      inputs: withoutMarks(fromStruct(request.getNews())),
      oldInputs: fromStruct(request.getOldInputs()),
      ignored: request.getIgnorechangesList(),
    };
    await this.plan(type, existing);
    const update = type.update?.bind(type);
    if (update === undefined) throw new Error(`${type.token} cannot be updated in place: all its inputs replace it.`);
    const state = request.getPreview()
      ? previewState(this.plugin, type, existing.inputs, existing.state)
      : await this.explained("update", existing.urn, () => update(this.configured(), existing));
    return new messages.UpdateResponse().setProperties(toStruct(state, type.secrets));
  }

  async delete(request: messages.DeleteRequest): Promise<InstanceType<typeof Empty>> {
    const type = this.type(request.getUrn());
    const existing: Existing = {
      urn: request.getUrn(),
      id: request.getId(),
      state: fromStruct(request.getProperties()),
      inputs: fromStruct(request.getOldInputs()),
    };
    await this.explained("delete", existing.urn, () => type.delete(this.configured(), existing));
    return new Empty();
  }

  cancel(): InstanceType<typeof Empty> {
    this.cancelled.abort(new Error("cancelled by the engine"));
    return new Empty();
  }

  private async plan(type: ResourceType<Cloud>, subject: Planned): Promise<void> {
    await this.explained("diff", subject.urn, () => type.plan?.(this.configured(), subject));
  }

  /** Replaces the text of a failure by the plugin's text for it. */
  private async explained<T>(operation: Operation, subject: string, run: () => T | Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      throw new Error(this.plugin.explain(error, operation, subject), { cause: error });
    }
  }

  private configured(): Cloud {
    if (this.cloud === undefined) throw new Error(`The ${this.plugin.name} plugin was used before it was configured.`);
    return this.cloud;
  }

  private type(urn: string): ResourceType<Cloud> {
    const type = this.plugin.resources.find(({ token }) => token === typeOf(urn));
    if (type === undefined) throw this.unknown("resource type", typeOf(urn), this.plugin.resources);
    return type;
  }

  private unknown(what: string, token: string, known: readonly { token: string }[]): Error {
    return new Error(
      `The local ${this.plugin.name} plugin has no ${what} ${token}. It has: ${known.map((one) => one.token).join(", ")}. ` +
        `For others, install the real plugin (pulumi plugin install resource ${this.plugin.name} ${this.plugin.version}) ` +
        "and run npm start -- --providers installed.",
    );
  }
}
