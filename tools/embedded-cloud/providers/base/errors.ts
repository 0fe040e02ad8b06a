/** Errors in the form that the engine requires. */
import * as grpc from "@grpc/grpc-js";
import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any, toStruct, type Values } from "./values";

/** The object exists, but unfinished: the engine stores its id and state, and calls update the next time. */
export class PartialFailure extends Error {
  override readonly name = "PartialFailure";
  constructor(
    message: string,
    readonly id: string,
    readonly state: Values,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The text of an error with its cause: fetch reports only "fetch failed"; the reason is in the cause. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof AggregateError) return error.errors.map(messageOf).join("; ");
  if (error.message !== "fetch failed" || error.cause === undefined) return error.message;
  return `${error.message}: ${messageOf(error.cause)}`;
}

/** The gRPC error of a failed call. A partial failure is sent in a trailer, for which grpc-js has no API. */
export function toServiceError(error: unknown): Partial<grpc.ServiceError> {
  const message = messageOf(error);
  const metadata = new grpc.Metadata();
  if (error instanceof Error && error.cause instanceof PartialFailure) {
    const { id, state } = error.cause;
    const detail = new ErrorResourceInitFailed().setId(id).setProperties(toStruct(state)).setReasonsList([message]);
    const packed = new Any();
    packed.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
    const status = new Status();
    status.setCode(grpc.status.UNKNOWN).setMessage(message).addDetails(packed);
    metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
  }
  return { code: grpc.status.UNKNOWN, details: message, metadata };
}
