/** The code of dynamic resources as a stack's state keeps it: what the program registers, and commands compare before an engine runs it. */

/** The modules that dynamic resources run, as package.json's `exports` name them. */
export const providerModules = [
  "adoption-provider",
  "application-certificate-provider",
  "client-certificate-provider",
  "consent-provider",
  "grants-provider",
  "vault-create-mode-provider",
  "vault-key-provider",
  "vault-rules-provider",
  "vault-secret-provider",
] as const;

export type ProviderModule = (typeof providerModules)[number];

/**
 * The code of a dynamic resource as state keeps it, for ever: refresh and delete run the text in state. It only requires the code on
 * disk, by the package's name, so that it works in this repository and from node_modules; what it names must never move. Each method
 * loads it when it is called: a preview calls none.
 */
export const providerCode = (module: ProviderModule): string => `
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
