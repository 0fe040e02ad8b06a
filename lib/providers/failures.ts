/** Passes a dynamic resource's failures to the engine as one text, with commands that its user can call. */
import { ApiError } from "../azure/api";
import { type Fix, partsOf } from "../errors/failure";
import { textOf } from "../errors/text";
import { interruptedOr } from "../startup/waiting";
import "../startup/print-here";
import "./cancellation";

/** Keeps an unfinished resource for update(). The engine shows `reasons` only; `properties` are outputs. */
export function partialFailure(id: string, properties: object, error: unknown): Error {
  const message = textOf(partsOf(interruptedOr(error)));
  return Object.assign(new Error(message), { id, properties, reasons: [message] });
}

/** Adds the fixes to an error that lacks them, a refusal for lack of rights; returns any other error unchanged. */
export function withRights(error: unknown, rights: readonly Fix[]): unknown {
  if (!(error instanceof ApiError) || error.status !== 403) return error;
  return new ApiError(error.status, error.serviceCode, error, ...rights);
}

/** The engine prints an error of read and delete twice, with its stack trace: only the message is useful. */
export function cleanError(error: unknown): Error {
  const clean = new Error(textOf(partsOf(interruptedOr(error))));
  clean.stack = "";
  return clean;
}

/** The deletion of a resource that is never deleted in the cloud. */
export const nothing = (): Promise<void> => Promise.resolve();

/** A method of a provider whose errors the engine shows. @param explained adds what a refusal lacks */
export function cleanly<Args extends unknown[], Result>(
  method: (...args: Args) => Promise<Result>,
  explained = (error: unknown) => error,
): (...args: Args) => Promise<Result> {
  return async (...args) => {
    try {
      return await method(...args);
    } catch (error) {
      throw cleanError(explained(error));
    }
  };
}
