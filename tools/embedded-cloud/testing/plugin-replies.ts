/** Responses of a plugin in the form of the recordings: empty values are absent, and so is a diff's kind ADD, which is zero. */
import type * as grpc from "@grpc/grpc-js";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import type { Struct, Value, Values } from "../providers/base/values";

export { Empty, toStruct, type Values } from "../providers/base/values";

export const json = (struct: Struct | undefined): Values => struct?.toJavaScript() ?? {};

export class CallFailure extends Error {
  constructor(
    message: string,
    readonly code: grpc.status,
    /** Present when the resource exists in part. */
    readonly partial?: { id: string; properties: Values; reasons: string[] },
  ) {
    super(message);
  }
}

/** The trailer is a google.rpc.Status whose detail is the message, after a type URL: found by that URL. */
export function partialOf(error: grpc.ServiceError): CallFailure["partial"] {
  const [trailer] = error.metadata.get("grpc-status-details-bin");
  if (!Buffer.isBuffer(trailer)) return undefined;
  const detail = Status.deserializeBinary(trailer).getDetailsList()[0]?.getValue_asU8();
  if (detail === undefined) return undefined;
  const failed = messages.ErrorResourceInitFailed.deserializeBinary(detail);
  return { id: failed.getId(), properties: json(failed.getProperties()), reasons: failed.getReasonsList() };
}

export function checked(response: messages.CheckResponse): Values {
  const failures = response
    .getFailuresList()
    .map((failure) => ({ property: failure.getProperty(), reason: failure.getReason() }));
  return { inputs: json(response.getInputs()), ...(failures.length > 0 ? { failures } : {}) };
}

const changes = { 0: "DIFF_UNKNOWN", 1: "DIFF_NONE", 2: "DIFF_SOME" } as const;
const kinds = ["ADD", "ADD_REPLACE", "DELETE", "DELETE_REPLACE", "UPDATE", "UPDATE_REPLACE"];

export function diffed(response: messages.DiffResponse): Values {
  const detailedDiff: Values = {};
  response.getDetaileddiffMap().forEach((detail, path) => {
    const kind = detail.getKind();
    detailedDiff[path] = {
      ...(kind === messages.PropertyDiff.Kind.ADD ? {} : { kind: kinds[kind] ?? "" }),
      ...(detail.getInputdiff() ? { inputDiff: true } : {}),
    };
  });
  const all: Values = {
    replaces: response.getReplacesList(),
    stables: response.getStablesList(),
    changes: changes[response.getChanges()],
    diffs: response.getDiffsList(),
    detailedDiff,
    hasDetailedDiff: response.getHasdetaileddiff(),
    ...(response.getDeletebeforereplace() ? { deleteBeforeReplace: true } : {}),
  };
  const isEmpty = (value: Value): boolean =>
    typeof value === "object" && value !== null && Object.keys(value).length === 0;
  return Object.fromEntries(Object.entries(all).filter(([, value]) => !isEmpty(value)));
}
