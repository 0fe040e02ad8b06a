/** How a dynamic resource's failures reach the engine: as one text, each command as whoever ran the engine can call it. */
import { partsOf } from "../errors/failure";
import { textOf } from "../errors/text";
import { CredentialError } from "../azure/credential-error";
import { interruptedOr } from "../startup/waiting";
import { VaultError } from "../vault/vault-error";
import "./cancellation";

/** A vault that is gone, or closed to us: no reason to keep anybody from a repair or a destroy. */
export function isVaultClosed(error: unknown): error is VaultError | CredentialError {
  return error instanceof VaultError || error instanceof CredentialError;
}

/** What could not finish keeps the resource as begun, for update(). The engine shows only `reasons`, and takes `properties` for all outputs. */
export function partialFailure(id: string, properties: object, error: unknown): Error {
  const message = textOf(partsOf(interruptedOr(error)));
  return Object.assign(new Error(message), { id, properties, reasons: [message] });
}

/** The engine prints an error of read and delete twice, and its stack with it; what helps is the message. */
export function cleanError(error: unknown): Error {
  const clean = new Error(textOf(partsOf(interruptedOr(error))));
  clean.stack = "";
  return clean;
}
