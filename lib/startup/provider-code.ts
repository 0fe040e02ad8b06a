/**
 * The code of dynamic resources in a stack's state, as text: Pulumi's own class parses closures with TypeScript.
 * Relies on: the SDK's provider process evaluates a resource's input `__provider` and calls its export `handler`.
 * Without it: create, read, update and delete of the program's own resources fail, and the engine prints that.
 * Tested by: test/providers/destroy-protection.test.ts, test/e2e/deploy.test.ts
 */

export const codeKey = "__provider";
/** The beginning of the types: the engine runs what follows `dynamic` in the SDK's provider. */
export const ownTypes = "pulumi-nodejs:dynamic/partner:";

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

export const dynamicType = (kind: DynamicKind): string => `${ownTypes}${kind}`;

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
