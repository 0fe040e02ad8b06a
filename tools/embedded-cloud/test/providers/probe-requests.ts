/** The Diff requests of the recorded probes, which describe their changes only in prose. */
import { fields, items, text, type Value, type Values } from "../../providers/base/values";
import type { Request } from "./plugin-client";
import { calls, type Probe } from "./recorded-calls";

/** The state a probe started from: outputs and inputs of a recorded call. */
const states: Readonly<
  Record<string, { line: number; olds: "olds" | "properties"; news: "news" | "inputs" | "oldInputs" }>
> = {
  app: { line: 29, olds: "olds", news: "news" },
  sp: { line: 51, olds: "properties", news: "oldInputs" },
  "sp-existing": { line: 75, olds: "properties", news: "oldInputs" },
  "pw-enddate": { line: 33, olds: "olds", news: "news" },
  "pw-default": { line: 72, olds: "properties", news: "inputs" },
  gm: { line: 41, olds: "olds", news: "news" },
  grant: { line: 39, olds: "olds", news: "news" },
  ara: { line: 37, olds: "olds", news: "news" },
};

const someId = "aaaaaaaa-0000-4000-8000-000000000001";
const otherPermission = { id: "df021288-bdef-4463-88db-98f22de89214", type: "Role" };
const reversed = (list: Value | undefined): Value[] => [...items(list)].reverse();
const accesses = (news: Values): Values[] => items(news["requiredResourceAccesses"]).map(fields);
const withAccesses = (change: (all: Values[]) => Value[]) => (news: Values) => ({
  requiredResourceAccesses: change(accesses(news)),
});
const inside = (index: number, change: (permissions: Value[]) => Value[]) =>
  withAccesses((all) =>
    all.map((one, place) =>
      place === index ? { ...one, resourceAccesses: change(items(one["resourceAccesses"])) } : one,
    ),
  );
const web = (change: (uris: Value[]) => Value[]) => (news: Values) => ({
  web: { redirectUris: change(items(fields(news["web"])["redirectUris"])) },
});
const set = (values: Values) => (): Values => values;
const without =
  (...names: string[]) =>
  (): Values =>
    Object.fromEntries(names.map((name) => [name, null]));

/** What each recorded probe changed, from its description; null removes. */
const changes: Readonly<Record<string, (news: Values) => Values>> = {
  "app: (none)": set({}),
  "app: displayName changed": set({ displayName: "Other" }),
  "app: signInAudience -> AzureADMyOrg": set({ signInAudience: "AzureADMyOrg" }),
  "app: signInAudience removed": without("signInAudience"),
  "app: signInAudience -> AzureADandPersonalMicrosoftAccount": set({
    signInAudience: "AzureADandPersonalMicrosoftAccount",
  }),
  "app: identifierUris changed": set({ identifierUris: ["https://contoso.onmicrosoft.com/other"] }),
  "app: identifierUris removed": without("identifierUris"),
  "app: redirectUris added": web((uris) => [...uris, "https://new.contoso.com/cb"]),
  "app: redirectUris reordered": web(reversed),
  "app: web removed": without("web"),
  "app: rra outer reordered": withAccesses(reversed),
  "app: rra inner reordered": inside(0, reversed),
  "app: rra permission replaced": inside(1, ([first]) => [first ?? null, otherPermission]),
  "app: rra permission added": inside(2, (permissions) => [...permissions, otherPermission]),
  "app: rra removed entry": withAccesses((all) => all.slice(0, 2)),
  "app: rra removed all": without("requiredResourceAccesses"),
  "app: owners added": set({ owners: [someId] }),
  "app: preventDuplicateNames true": set({ preventDuplicateNames: true }),
  "app: templateId set": set({ templateId: someId }),
  "app: notes set": set({ notes: "n" }),
  "app: description set": set({ description: "d" }),
  "app: tags set": set({ tags: ["t"] }),
  "app: featureTags set": set({ featureTags: [{ hide: true }] }),
  "app: api.requestedAccessTokenVersion 2": set({ api: { requestedAccessTokenVersion: 2 } }),
  "app: web.implicitGrant": ({ web: before }) => ({
    web: { ...fields(before), implicitGrant: { idTokenIssuanceEnabled: true } },
  }),
  "app: fallbackPublicClientEnabled": set({ fallbackPublicClientEnabled: true }),
  "app: groupMembershipClaims": set({ groupMembershipClaims: ["All"] }),
  "app: appRoles added": set({
    appRoles: [{ allowedMemberTypes: ["User"], description: "d", displayName: "r", id: someId, value: "v" }],
  }),
  "app: serviceManagementReference": set({ serviceManagementReference: "r" }),
  "sp: (none)": set({}),
  "sp: clientId changed": set({ clientId: someId }),
  "sp: useExisting true": set({ useExisting: true }),
  "sp: description": set({ description: "d" }),
  "sp: owners": set({ owners: [someId] }),
  "sp: tags": set({ tags: ["t"] }),
  "sp: accountEnabled false": set({ accountEnabled: false }),
  "sp: appRoleAssignmentRequired": set({ appRoleAssignmentRequired: true }),
  "sp: notes": set({ notes: "n" }),
  "sp-existing: (none)": set({}),
  "sp-existing: useExisting removed": without("useExisting"),
  "sp-existing: clientId changed": set({ clientId: someId }),
  "pw-enddate: (none)": set({}),
  "pw-enddate: displayName": set({ displayName: "other" }),
  "pw-enddate: endDate": set({ endDate: "2028-01-01T00:00:00Z" }),
  "pw-enddate: endDate removed": without("endDate"),
  "pw-enddate: endDate same instant other zone": set({ endDate: "2027-06-01T02:00:00+02:00" }),
  "pw-enddate: startDate": set({ startDate: "2026-12-01T00:00:00Z" }),
  "pw-enddate: applicationId": set({ applicationId: `/applications/${someId}` }),
  "pw-enddate: rotateWhenChanged": set({ rotateWhenChanged: { a: "b" } }),
  "pw-enddate: endDateRelative": set({ endDateRelative: "24h" }),
  "pw-default: (none)": set({}),
  "pw-default: endDate added": set({ endDate: "2028-01-01T00:00:00Z" }),
  "pw-default: displayName added": set({ displayName: "p" }),
  "gm: (none)": set({}),
  "gm: memberObjectId": set({ memberObjectId: someId }),
  "gm: groupObjectId": set({ groupObjectId: someId }),
  "grant: (none)": set({}),
  "grant: claimValues": ({ claimValues }) => ({ claimValues: ["first", ...items(claimValues)] }),
  "grant: resourceServicePrincipalObjectId": set({ resourceServicePrincipalObjectId: someId }),
  "grant: servicePrincipalObjectId": set({ servicePrincipalObjectId: someId }),
  "grant: userObjectId": set({ userObjectId: someId }),
  "ara: (none)": set({}),
  "ara: appRoleId": set({ appRoleId: someId }),
  "ara: principalObjectId": set({ principalObjectId: someId }),
  "ara: resourceObjectId": set({ resourceObjectId: someId }),
};

/** The request of one probe. */
export function diffRequest({ res, change }: Probe): Request {
  const start = states[res];
  const call = calls.find(({ line }) => line === start?.line);
  if (start === undefined || !call?.request) throw new Error(`no recorded state for ${res}`);
  const isCreate = call.method === "Create";
  const olds = isCreate ? fields(call.response?.["properties"]) : fields(call.request[start.olds]);
  const before = isCreate ? fields(call.request.properties) : fields(call.request[start.news]);
  const changed = changes[`${res}: ${change}`];
  if (changed === undefined) throw new Error(`the change of the probe ${res}: ${change} is not described`);
  const news = Object.entries({ ...before, ...changed(before) }).filter(([, value]) => value !== null);
  return {
    urn: call.request.urn ?? "",
    id: text(olds["id"]),
    olds,
    news: Object.fromEntries(news),
    oldInputs: before,
  };
}
