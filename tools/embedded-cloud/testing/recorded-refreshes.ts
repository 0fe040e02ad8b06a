/**
 * Recordings of the real azuread plugin at `pulumi preview --refresh`, one for each change by hand in Graph: its Read, the
 * results of Check and both Diffs, and the engine's events. Only the affected properties are recorded; the others are added here.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fields, items, type Value, type Values } from "../providers/base/values";

interface RecordedDiff {
  /** Of the request. */
  ignoreChanges?: string[];
  changes: string;
  detailedDiff: Values;
  diffs?: string[];
  replaces?: string[];
}

interface RecordedEvent {
  diffs: string[] | null;
  detailedDiff: Values | null;
}

export interface RecordedRefresh {
  case: string;
  /** Name in the recorded program. */
  resource: string;
  /** What was changed by hand. */
  live_change: string;
  /** Without inputs and properties the object is gone. */
  read: { request_inputs: Values; inputs?: Values; properties?: Values };
  check: { news: Values; inputs: Values };
  /** The Diff after Read; absent for a missing object. */
  refresh_diff?: RecordedDiff;
  /** The Diff after Check. */
  diff?: RecordedDiff;
  refresh_event: RecordedEvent & { new: "present" | "absent" };
  event: RecordedEvent & { op: "same" | "update" | "create" };
}

const someId = "aaaaaaaa-0000-4000-8000-000000000001";

/** Types of the recorded program's resources. */
export const typesOf: Readonly<Record<string, string>> = {
  full: "azuread:index/application:Application",
  bare: "azuread:index/application:Application",
  third: "azuread:index/application:Application",
  certapp: "azuread:index/application:Application",
  cert: "azuread:index/applicationCertificate:ApplicationCertificate",
  sp: "azuread:index/servicePrincipal:ServicePrincipal",
  "sp-declared": "azuread:index/servicePrincipal:ServicePrincipal",
  grant: "azuread:index/servicePrincipalDelegatedPermissionGrant:ServicePrincipalDelegatedPermissionGrant",
  role: "azuread:index/appRoleAssignment:AppRoleAssignment",
  member: "azuread:index/groupMember:GroupMember",
  pw: "azuread:index/applicationPassword:ApplicationPassword",
};

/** The constant properties of a type's resources, declared or by default, which the recording omits. */
const always: Readonly<Record<string, Values>> = {
  "azuread:index/application:Application": { displayName: "left out", signInAudience: "AzureADMyOrg" },
  "azuread:index/servicePrincipal:ServicePrincipal": { clientId: someId, accountEnabled: true },
};

function whole(recorded: RecordedRefresh): RecordedRefresh {
  const { read, check } = recorded;
  const added = Object.entries(always[typesOf[recorded.resource] ?? ""] ?? {}).filter(
    ([key]) => !(key in read.request_inputs),
  );
  const defaults = items(check.inputs["__defaults"]);
  const declared = added.filter(([key]) => !defaults.includes(key));
  const filled = (values: Values, what: [string, Value][] = added): Values => ({
    ...Object.fromEntries(what),
    ...values,
  });
  return {
    ...recorded,
    read: {
      request_inputs: filled(read.request_inputs),
      ...(read.inputs && { inputs: filled(read.inputs) }),
      ...(read.properties && { properties: filled(read.properties) }),
    },
    check: { news: filled(check.news, declared), inputs: filled(check.inputs) },
  };
}

/** The request of `up` to Graph for a certificate: it is not a refresh, so there is no event of one. */
export interface RecordedCertificate {
  case: string;
  request: { body: { keyCredentials: { keyId: string; usage: string; endDateTime: string }[] } };
}

const recordings = readFileSync(join(__dirname, "azuread-refresh.jsonl"), "utf8")
  .split("\n")
  .filter((line) => line !== "")
  .map((line) => JSON.parse(line) as RecordedRefresh | RecordedCertificate);

export const certificatesMade = recordings.filter((one) => "request" in one);

export const refreshes: readonly RecordedRefresh[] = recordings.filter((one) => "read" in one).map(whole);

/** The recording has no id of a missing object. */
export function idOf({ resource, read: { request_inputs: inputs, properties } }: RecordedRefresh): string {
  if (typeof properties?.["id"] === "string") return properties["id"];
  const { groupObjectId, memberObjectId, applicationId, resourceObjectId } = fields(inputs) as Record<string, string>;
  const ids: Readonly<Record<string, string>> = {
    sp: `/servicePrincipals/${someId}`,
    "sp-declared": `/servicePrincipals/${someId}`,
    grant: "/oauth2PermissionGrants/x",
    role: `/servicePrincipals/${resourceObjectId ?? ""}/appRoleAssignedTo/x`,
    member: `${groupObjectId ?? ""}/member/${memberObjectId ?? ""}`,
    pw: `${applicationId?.split("/").at(-1) ?? ""}/password/${someId}`,
    cert: `${applicationId?.split("/").at(-1) ?? ""}/certificate/${someId}`,
  };
  return ids[resource] ?? `/applications/${someId}`;
}
