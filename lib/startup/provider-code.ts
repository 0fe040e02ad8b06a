/** The code of dynamic resources in a stack's state: registered by the program, compared by commands. */

/** The dynamic resources, by the last part of their types. */
export const dynamicKinds = [
  "Adoption",
  "ApplicationCertificate",
  "ClientCertificate",
  "Consent",
  "CredentialRecord",
  "DestroyProtection",
  "Grants",
  "VaultCreateMode",
  "VaultKey",
  "VaultRules",
] as const;

export type DynamicKind = (typeof dynamicKinds)[number];

export const dynamicType = (kind: DynamicKind): string => `pulumi-nodejs:dynamic/partner:${kind}`;

/** The module that they run, as package.json's `exports` name it: "VaultKey" → "vault-key-provider". */
const moduleOf = (kind: DynamicKind): string =>
  `${kind.replaceAll(/(?<=[a-z])[A-Z]/gu, (letter) => `-${letter}`).toLowerCase()}-provider`;

/**
 * State keeps this text for ever, and refresh and delete run it. It only requires code by the package's name,
 * which works here and in node_modules; what it names must never move. Each method loads the code when it is
 * called, because a preview calls none.
 */
export const providerCode = (kind: DynamicKind): string => `
const load = (name) => require("node:module").createRequire(process.cwd() + "/pulumi")("secure-application-model/" + name);
exports.handler = () => {
  load("engine-watch").watchEngine();
  const code = () => load("${moduleOf(kind)}");
  return {
    create: (inputs) => code().create(inputs),
    read: (id, outputs) => code().read(id, outputs),
    update: (id, olds, news) => code().update(id, olds, news),
    delete: (id, outputs) => code().delete(id, outputs),
  };
};
`;
