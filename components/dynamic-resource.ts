import * as pulumi from "@pulumi/pulumi";
import { providerCode, type ProviderModule } from "../lib/startup/provider-code";

/**
 * A dynamic resource whose code is given as text. Pulumi's own class gets that text by serializing closures, parsing each with the
 * TypeScript compiler, though it only has to name the module that is required. The type's prefix and the export `handler` are not documented
 * by Pulumi, but every existing state relies on them.
 */
export abstract class DynamicResource extends pulumi.CustomResource {
  /** @param inputs of the module's provider, where they are described; all have a cloud, with its own endpoints by default */
  constructor(
    type: string,
    module: ProviderModule,
    name: string,
    inputs: pulumi.Inputs,
    outputs: readonly string[],
    opts: pulumi.CustomResourceOptions | undefined,
    own: pulumi.CustomResourceOptions = {},
  ) {
    const endpoints: unknown = inputs["endpoints"] ?? {};
    const found = Object.fromEntries(outputs.map((output) => [output, undefined]));
    const properties = { ...inputs, endpoints, ...found, __provider: providerCode(module) };
    super(`pulumi-nodejs:dynamic/partner:${type}`, name, properties, pulumi.mergeOptions(own, opts));
  }
}
