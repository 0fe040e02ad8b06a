import * as pulumi from "@pulumi/pulumi";
import { type Endpoints, hostsIn } from "../lib/config/clouds";
import { codeKey, type DynamicKind, dynamicType, providerCode } from "../lib/startup/provider-code";

interface Definition {
  /** The inputs that the kind's provider describes; `endpoints` default to those of `cloud`. */
  inputs: pulumi.Inputs;
  outputs?: readonly string[];
  /** Options of every resource of the kind. */
  own?: pulumi.CustomResourceOptions;
}

/** A dynamic resource whose code is given as text (lib/startup/provider-code.ts). */
export abstract class DynamicResource extends pulumi.CustomResource {
  constructor(
    kind: DynamicKind,
    name: string,
    { inputs, outputs = [], own = {} }: Definition,
    opts?: pulumi.CustomResourceOptions,
  ) {
    const endpoints = "cloud" in inputs && {
      endpoints: hostsIn(inputs["endpoints"] as Partial<Endpoints> | undefined),
    };
    const unset = Object.fromEntries(outputs.map((output) => [output, undefined]));
    const properties = { ...inputs, ...endpoints, ...unset, [codeKey]: providerCode(kind) };
    super(dynamicType(kind), name, properties, pulumi.mergeOptions(own, opts));
  }
}
