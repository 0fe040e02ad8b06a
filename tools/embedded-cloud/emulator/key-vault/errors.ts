import type { Context as HonoContext } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";

/** A refusal, with Key Vault's text and status. */
export class VaultError extends Error {
  constructor(
    readonly status: ContentfulStatusCode,
    readonly code: string,
    message: string,
    /** Code of Key Vault's `innererror`, where the outer one is not specific. */
    readonly inner?: string,
  ) {
    super(message);
    this.name = "VaultError";
  }
}

export function badParameter(message: string): VaultError {
  return new VaultError(400, "BadParameter", message);
}

export const forbidden = (message: string, inner: string): VaultError =>
  new VaultError(403, "Forbidden", message, inner);

/** @param kind the beginning of its 404: Secret, Certificate or Key */
export function objectNotFound(kind: "Secret" | "Certificate" | "Key", name: string): VaultError {
  const word = kind.toLowerCase();
  return new VaultError(
    404,
    `${kind}NotFound`,
    `A ${word} with (name/id) ${name} was not found in this key vault. If you recently deleted this ${word} you may be able to ` +
      "recover it using the correct recovery command. For help resolving this issue, please see " +
      "https://go.microsoft.com/fwlink/?linkid=2125182",
  );
}

/** 409 for a name that is taken by a soft-deleted object. */
export function deletedButRecoverable(kind: "Secret" | "Certificate", name: string): VaultError {
  const message =
    `${kind} ${name} is currently in a deleted but recoverable state, and its name cannot be reused; in this state, the ` +
    `${kind.toLowerCase()} can only be recovered or purged.`;
  return new VaultError(409, "Conflict", message, "ObjectIsDeletedButRecoverable");
}

/** 409 for the moment after a recovery. */
export function beingRecovered(kind: "Secret" | "Certificate", name: string): VaultError {
  const message = `${kind} ${name} is currently being recovered and cannot be re-created; retry later.`;
  return new VaultError(409, "Conflict", message, "ObjectIsBeingRecovered");
}

/** 501: the real Key Vault may support this request; the emulator does not, and does not guess. */
export function notServed(c: HonoContext, detail = ""): VaultError {
  const what = `${c.req.method} ${c.req.path}${detail}`;
  return new VaultError(501, "NotImplemented", `The emulator's Key Vault does not serve ${what}.`);
}

/** Renders a refusal as Key Vault does; any other error is a defect of the emulator, and is thrown again. */
export function renderVaultError(c: HonoContext, error: Error): Response {
  if (!(error instanceof VaultError)) throw error;
  const { code, message, inner } = error;
  return c.json({ error: { code, message, ...(inner && { innererror: { code: inner } }) } }, error.status);
}
