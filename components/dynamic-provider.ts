/**
 * The only code of a dynamic resource that Pulumi serializes, and that state keeps for ever: each method requires the code on
 * disk. Refresh and delete run the text in state, so what it names must never move. It captures nothing: a captured secret would
 * make the whole provider one.
 */
import type { dynamic } from "@pulumi/pulumi";

/* eslint-disable @typescript-eslint/no-require-imports, @typescript-eslint/no-unsafe-return, @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-member-access --
   Closures that Pulumi can serialize may not refer to imports. */

export const consentProvider: dynamic.ResourceProvider = {
  create: (inputs) =>
    require("node:module")
      .createRequire(process.cwd() + "/pulumi")("secure-application-model/consent-provider")
      .create(inputs),
  read: (id, outputs) =>
    require("node:module")
      .createRequire(process.cwd() + "/pulumi")("secure-application-model/consent-provider")
      .read(id, outputs),
  update: (id, olds, news) =>
    require("node:module")
      .createRequire(process.cwd() + "/pulumi")("secure-application-model/consent-provider")
      .update(id, olds, news),
  delete: (id, outputs) =>
    require("node:module")
      .createRequire(process.cwd() + "/pulumi")("secure-application-model/consent-provider")
      .delete(id, outputs),
};

export const vaultCreateModeProvider: dynamic.ResourceProvider = {
  create: (inputs) =>
    require("node:module")
      .createRequire(process.cwd() + "/pulumi")("secure-application-model/vault-create-mode-provider")
      .create(inputs),
  read: (id, outputs) =>
    require("node:module")
      .createRequire(process.cwd() + "/pulumi")("secure-application-model/vault-create-mode-provider")
      .read(id, outputs),
};
