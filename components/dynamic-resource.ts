import * as pulumi from "@pulumi/pulumi";
import { providerCode, type ProviderModule } from "../lib/startup/provider-code";

/**
 * A dynamic resource whose code is given as text: Pulumi's own class parses closures with the TypeScript
 * compiler. Every existing state relies on the type's prefix and on the undocumented export `handler`.
 */
export abstract class DynamicResource extends pulumi.CustomResource {
  /** @param inputs as the module's provider describes them; `endpoints` default to the cloud's own */
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
