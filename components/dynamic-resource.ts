import * as pulumi from "@pulumi/pulumi";

/** The modules that dynamic resources run, as package.json's `exports` name them. */
export type ProviderModule =
  | "adoption-provider"
  | "client-certificate-provider"
  | "consent-provider"
  | "grants-provider"
  | "vault-create-mode-provider"
  | "vault-key-provider"
  | "vault-rules-provider"
  | "vault-secret-provider";

/**
 * The code of a dynamic resource as state keeps it, for ever: refresh and delete run the text in state. It only requires the code on
 * disk, by the package's name, so that it works in this repository and from node_modules; what it names must never move. Each method
 * loads it when it is called: a preview calls none.
 */
const providerCode = (module: ProviderModule): string => `
const load = (name) => require("node:module").createRequire(process.cwd() + "/pulumi")("secure-application-model/" + name);
exports.handler = () => {
  load("engine-watch").watchEngine();
  const code = () => load("${module}");
  return {
    create: (inputs) => code().create(inputs),
    read: (id, outputs) => code().read(id, outputs),
    update: (id, olds, news) => code().update(id, olds, news),
    delete: (id, outputs) => code().delete(id, outputs),
  };
};
`;

/**
 * A dynamic resource whose code is given as text. Pulumi's own class gets that text by serializing closures, parsing each with the
 * TypeScript compiler, though all there is to say is which module to require (docs/decisions/0006).
 */
export abstract class DynamicResource extends pulumi.CustomResource {
  constructor(
    type: string,
    module: ProviderModule,
    name: string,
    inputs: pulumi.Inputs,
    outputs: readonly string[],
    opts: pulumi.CustomResourceOptions | undefined,
  ) {
    const properties = { ...inputs, ...Object.fromEntries(outputs.map((output) => [output, undefined])) };
    super(`pulumi-nodejs:dynamic/partner:${type}`, name, { ...properties, __provider: providerCode(module) }, opts);
  }
}
