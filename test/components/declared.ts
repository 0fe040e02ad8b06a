/** The resources that a component declares, as the engine gets them: each with its exact inputs, and the options for its lifecycle. */
import * as azuread from "@pulumi/azuread";
import { Provider as AzureNativeProvider } from "@pulumi/azure-native/provider";
import * as pulumi from "@pulumi/pulumi";
import { answer, keyOf, shortType, stateOf } from "../providers/provider-answers";

export interface Declared {
  /** Key of the parent; "" at the top. */
  parent: string;
  /** Name of the explicit provider; "" for none. */
  provider: string;
  /** Secrets are wrapped: `{ secret: … }`. */
  inputs: Record<string, unknown>;
  /** Without parent, providers, and what the SDKs add for versions. */
  options: Record<string, unknown>;
}

export interface Stack {
  /** By type and name: "Application partner". */
  resources: Record<string, Declared>;
  /** Functions called, without repetition: token, inputs, provider. */
  calls: string[];
  /** The outputs that components registered, by key. */
  outputs: Record<string, unknown>;
}

type Component = (opts: pulumi.ComponentResourceOptions) => pulumi.ComponentResource;

/** Runs a program with the two explicit providers and one component, and waits for all declared resources. */
export async function declared(program: Component): Promise<Stack> {
  const seen: pulumi.runtime.MockResourceArgs[] = [];
  const calls = new Set<string>();
  const options = new Map<string, pulumi.CustomResourceOptions>();
  const mocks: pulumi.runtime.Mocks = {
    newResource: (args) => {
      seen.push(args);
      return { id: `id of ${keyOf(args)}`, state: stateOf(args) };
    },
    call: ({ token, inputs, provider }) => {
      calls.add(`${token} ${JSON.stringify(inputs)} by ${providerName(provider)}`);
      return answer(token);
    },
  };
  const note: pulumi.ResourceTransformation = ({ type, name, opts }) => {
    options.set(keyOf({ type, name }), opts);
    return undefined;
  };
  await pulumi.runtime.setMocks(mocks, "secure-application-model", "dev");
  const outputs = registeredOutputs();
  const providers = {
    azuread: new azuread.Provider("azuread"),
    "azure-native": new AzureNativeProvider("azure-native"),
  };
  await withoutStacks(async () => {
    program({ providers, transformations: [note] });
    await pulumi.runtime.disconnect();
  });
  const own = seen.filter(({ type }) => !type.startsWith("pulumi:providers:"));
  const resources = own.map((args) => [keyOf(args), asDeclared(args, options.get(keyOf(args)) ?? {})] as const);
  return { resources: Object.fromEntries(resources), calls: [...calls].sort(), outputs: await outputs() };
}

/** The SDK takes a stack trace of each property, which took most of the time here; lib/startup/stack-traces.ts keeps it from that in a program. */
async function withoutStacks(run: () => Promise<void>): Promise<void> {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    await run();
  } finally {
    Error.stackTraceLimit = limit;
  }
}

const notOfInterest = ["version", "aliases", "transformations", "parent", "provider", "providers"];

function asDeclared(
  { inputs, provider }: pulumi.runtime.MockResourceArgs,
  opts: pulumi.CustomResourceOptions,
): Declared {
  const kept = Object.entries(opts).filter(([name, value]) => value !== undefined && !notOfInterest.includes(name));
  const options: Record<string, unknown> = Object.fromEntries(kept);
  if (opts.deletedWith !== undefined) options["deletedWith"] = keyOfResource(opts.deletedWith);
  if (Array.isArray(opts.dependsOn)) options["dependsOn"] = (opts.dependsOn as pulumi.Resource[]).map(keyOfResource);
  return {
    parent: opts.parent === undefined ? "" : keyOfResource(opts.parent),
    provider: providerName(provider),
    inputs: revealed(inputs) as Record<string, unknown>,
    options,
  };
}

/** From `urn:pulumi:dev::project::pulumi:providers:azuread::NAME::id`. */
const providerName = (reference = ""): string => /::([^:]+)::[^:]*$/u.exec(reference)?.[1] ?? "";

function keyOfResource(resource: pulumi.Resource): string {
  const { __pulumiType: type, __name: name } = resource as pulumi.Resource & { __pulumiType: string; __name: string };
  return `${shortType(type)} ${name}`;
}

/** Marks the engine's wrapped secrets, so that they differ from plain values. */
function revealed(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(revealed);
  const record = value as Record<string, unknown>;
  if ("4dabf18193072939515e22adb298388d" in record) return { secret: revealed(record["value"]) };
  return Object.fromEntries(Object.entries(record).map(([name, one]) => [name, revealed(one)]));
}

/** Records calls of registerOutputs; the returned function returns the arguments by component. */
function registeredOutputs(): () => Promise<Record<string, unknown>> {
  const prototype = pulumi.ComponentResource.prototype as unknown as { registerOutputs: (outputs?: object) => void };
  const spy = jest.spyOn(prototype, "registerOutputs");
  return async () => {
    const contexts = spy.mock.contexts as unknown as pulumi.Resource[];
    const entries = contexts.map(async (component, index) => {
      const outputs = spy.mock.calls[index]?.[0];
      // Pulumi itself calls it once more, without outputs.
      return outputs === undefined ? [] : [[keyOfResource(component), await valueOf(outputs)] as const];
    });
    const all = await Promise.all(entries);
    spy.mockRestore();
    return Object.fromEntries(all.flat());
  };
}

/** The value of an output, or of an object with outputs. */
function valueOf(value: object): Promise<unknown> {
  return new Promise((resolve) => {
    pulumi.output(value).apply(resolve);
  });
}
