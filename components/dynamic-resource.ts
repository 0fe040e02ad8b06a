import * as pulumi from "@pulumi/pulumi";
import { type Endpoints, hostsIn } from "../lib/config/clouds";
import { codeKey, ownTypes, providerCode, type ProviderModule } from "../lib/startup/provider-code";

/** A dynamic resource whose code is given as text (lib/startup/provider-code.ts). */
export abstract class DynamicResource extends pulumi.CustomResource {
  /** @param inputs as the module's provider describes them; `endpoints` of a `cloud` default to its own */
  constructor(
    type: string,
    module: ProviderModule,
    name: string,
    inputs: pulumi.Inputs,
    outputs: readonly string[],
    opts: pulumi.CustomResourceOptions | undefined,
    own: pulumi.CustomResourceOptions = {},
  ) {
    const endpoints = "cloud" in inputs && {
      endpoints: hostsIn(inputs["endpoints"] as Partial<Endpoints> | undefined),
    };
    const found = Object.fromEntries(outputs.map((output) => [output, undefined]));
    const properties = { ...inputs, ...endpoints, ...found, [codeKey]: providerCode(module) };
    super(`${ownTypes}${type}`, name, properties, pulumi.mergeOptions(own, opts));
  }
}
