/** The Graph for a recorded state: its responses to the plugin's reads give that state. Sets are in reverse order. */
import { fields, items, text, type Value, type Values } from "../../providers/base/values";
import { idOf, type RecordedRefresh, typesOf } from "../../testing/recorded-refreshes";

export interface Answer {
  method: string;
  path: string;
  status: number;
  body: Values;
}

/** Requests of one Read, in its order, with their answers. */
export function graphBehind(recorded: RecordedRefresh): Answer[] {
  const id = idOf(recorded);
  const state = recorded.read.properties;
  const kind = (typesOf[recorded.resource] ?? "").split(":").at(-1) ?? "";
  const behind = reads[kind];
  if (behind === undefined) throw new Error(`no Graph for a ${kind}`);
  return behind(id, state);
}

const ok = (path: string, body: Values): Answer => ({ method: "GET", path, status: 200, body });
const found = (path: string, body: Values | undefined): Answer =>
  body === undefined
    ? { method: "GET", path, status: 404, body: { error: { code: "Request_ResourceNotFound", message: "gone" } } }
    : ok(path, body);

const list = (values: Values[]): Values => ({ value: values });
const reversed = (set: Value | undefined): Value[] => [...items(set)].reverse();
const last = (id: string): string => id.split("/").at(-1) ?? "";
const orNull = (value: Value | undefined): Value => (text(value) === "" ? null : (value ?? null));
const owners = (state: Values): Values => list(reversed(state["owners"]).map((owner) => ({ id: owner })));

const reads: Readonly<Record<string, (id: string, state: Values | undefined) => Answer[]>> = {
  Application: (id, state = {}) => [
    ok(`/v1.0${id}`, application(last(id), state)),
    ok(`/beta${id}?%24select=oauth2RequirePostResponse`, {}),
    ok(`/v1.0${id}/owners`, owners(state)),
  ],
  ServicePrincipal: (id, state = {}) => [
    ok(`/v1.0${id}`, {
      id: last(id),
      appId: state["clientId"] ?? null,
      accountEnabled: state["accountEnabled"] ?? null,
      appRoleAssignmentRequired: state["appRoleAssignmentRequired"] ?? false,
      tags: reversed(state["tags"]),
    }),
    ok(`/beta${id}?%24select=samlMetadataUrl`, {}),
    ok(`/v1.0${id}/owners`, owners(state)),
  ],
  AppRoleAssignment: (id, state) => [found(`/v1.0${id}`, state)],
  GroupMember: (id, state) => {
    const [group = "", , member = ""] = id.split("/");
    return [ok(`/beta/groups/${group}/members?%24filter=id+eq+%27${member}%27`, list(state ? [{ id: member }] : []))];
  },
  ApplicationPassword: (id, state) => {
    const credential = {
      keyId: state?.["keyId"] ?? null,
      displayName: state?.["displayName"] ?? null,
      startDateTime: state?.["startDate"] ?? null,
      endDateTime: state?.["endDate"] ?? null,
    };
    const credentials = [{ keyId: "a foreign one" }, ...(state ? [credential] : [])];
    return [ok(`/v1.0/applications/${id.split("/")[0] ?? ""}`, { passwordCredentials: credentials })];
  },
};

function application(id: string, state: Values): Values {
  const [web, api] = [fields(state["web"]), fields(state["api"])];
  const grant = fields(web["implicitGrant"]);
  return {
    id,
    appId: state["clientId"] ?? null,
    displayName: state["displayName"] ?? null,
    signInAudience: state["signInAudience"] ?? null,
    notes: orNull(state["notes"]),
    groupMembershipClaims: null,
    isFallbackPublicClient: state["fallbackPublicClientEnabled"] ?? null,
    identifierUris: reversed(state["identifierUris"]),
    api: { requestedAccessTokenVersion: api["requestedAccessTokenVersion"] ?? null },
    tags: reversed(state["tags"]),
    publicClient: { redirectUris: reversed(fields(state["publicClient"])["redirectUris"]) },
    requiredResourceAccess: reversed(state["requiredResourceAccesses"])
      .map(fields)
      .map(({ resourceAppId, resourceAccesses }) => ({
        resourceAppId: resourceAppId ?? null,
        resourceAccess: resourceAccesses ?? null,
      })),
    web: {
      homePageUrl: orNull(web["homepageUrl"]),
      logoutUrl: orNull(web["logoutUrl"]),
      implicitGrantSettings: {
        enableAccessTokenIssuance: grant["accessTokenIssuanceEnabled"] ?? false,
        enableIdTokenIssuance: grant["idTokenIssuanceEnabled"] ?? false,
      },
      redirectUris: reversed(web["redirectUris"]),
    },
  };
}
