/** What the drift check finds in the engine's events of the real azuread plugin, for each recorded change by hand. */
import { findingsOf } from "../../../cli/drift/findings";
import type { Step } from "../../../cli/engine/preview";
import { addedTo, recordedIn } from "../../../cli/drift/additions";
import {
  refreshes,
  certificatesMade,
  type RecordedRefresh,
  typesOf,
} from "../../../tools/embedded-cloud/testing/recorded-refreshes";

/**
 * Declared → live, "-" for nothing; permissions by the beginnings of their ids. Undeclared tags and foreign credentials are in no event that
 * contains a change.
 */
const FOUND: Readonly<Record<string, string[]>> = {
  "0-none": [],
  "0-none-bare": [],
  "0-none-after-repair": [],
  "0-none-end": ['signInAudience: - → "AzureADMyOrg", adopted'],
  "1-add1": ['web.redirectUris: - → "https://a.example/cb"'],
  "1-add2": ['web.redirectUris: - → "https://a.example/cb"', 'web.redirectUris: - → "https://b.example/cb"'],
  "1-add3": [
    'web.redirectUris: - → "https://a.example/cb"',
    'web.redirectUris: - → "https://b.example/cb"',
    'web.redirectUris: - → "https://c.example/cb"',
  ],
  "1-remove1-add2": [
    'web.redirectUris: "urn:ietf:wg:oauth:2.0:oob" → -',
    'web.redirectUris: - → "https://a.example/cb"',
    'web.redirectUris: - → "https://b.example/cb"',
  ],
  "1-remove1-add1": [
    'web.redirectUris: "urn:ietf:wg:oauth:2.0:oob" → -',
    'web.redirectUris: - → "https://a.example/cb"',
  ],
  "1-all-replaced": [
    'web.redirectUris: "urn:ietf:wg:oauth:2.0:oob" → -',
    'web.redirectUris: "http://localhost:8400/consent" → -',
    'web.redirectUris: - → "https://a.example/cb"',
    'web.redirectUris: - → "https://b.example/cb"',
  ],
  "1-reorder": [],
  "1-oob-removed": ['web.redirectUris: "urn:ietf:wg:oauth:2.0:oob" → -'],
  "1-localhost-removed": ['web.redirectUris: "http://localhost:8400/consent" → -'],
  "1-none-left": [
    'web.redirectUris: "urn:ietf:wg:oauth:2.0:oob" → -',
    'web.redirectUris: "http://localhost:8400/consent" → -',
  ],
  "1-undeclared-add1": ['web.redirectUris: - → "https://a.example/cb"'],
  "1-third-add1": ['web.redirectUris: - → "https://a.example/cb"'],
  "2-resource-added": ["requiredResourceAccesses: - → 797f4846/41094075"],
  "2-keep1-add3": [
    "requiredResourceAccesses: 00000003/7ab1d382 (Role) → -",
    "requiredResourceAccesses: - → 00000003/5b567255 (Role)",
    "requiredResourceAccesses: - → 00000003/9a5d68dd (Role)",
    "requiredResourceAccesses: - → 00000003/1bfefb4e (Role)",
  ],
  "2-permission-removed": ["requiredResourceAccesses: 00000003/7ab1d382 (Role) → -"],
  "2-permission-swapped": [
    "requiredResourceAccesses: fa3d9a0c/1cebfa2a → -",
    "requiredResourceAccesses: - → fa3d9a0c/5b567255 (Role)",
  ],
  "2-reorder-inside": [],
  "2-reorder-outside": [],
  "2-resource-removed": ["requiredResourceAccesses: fa3d9a0c/1cebfa2a → -"],
  "2-resource-swapped": [
    "requiredResourceAccesses: fa3d9a0c/1cebfa2a → -",
    "requiredResourceAccesses: - → 797f4846/41094075",
  ],
  "2-none-left": [
    "requiredResourceAccesses: 00000002/5778995a (Role) → -",
    "requiredResourceAccesses: 00000002/a42657d6 → -",
    "requiredResourceAccesses: 00000002/311a71cc → -",
    "requiredResourceAccesses: 00000003/bf394140 (Role) → -",
    "requiredResourceAccesses: 00000003/7ab1d382 (Role) → -",
    "requiredResourceAccesses: fa3d9a0c/1cebfa2a → -",
  ],
  "2-undeclared-added": ["requiredResourceAccesses: - → 797f4846/41094075"],
  "2-permission-added": ["requiredResourceAccesses: - → 00000003/5b567255 (Role)"],
  "3-disabled-undeclared": ["accountEnabled: - → false, adopted"],
  "3-disabled-declared": ["accountEnabled: true → false"],
  "3-assignment-undeclared": ["appRoleAssignmentRequired: - → true"],
  "3-assignment-declared": ["appRoleAssignmentRequired: false → true"],
  "3-tags-undeclared": [],
  "3-tags-declared": ['tags: - → "x"'],
  "3-both-undeclared": ["appRoleAssignmentRequired: - → true", "accountEnabled: - → false, adopted"],
  "3-disabled-undeclared-after-up": [],
  "3-enabled-again-undeclared": ["accountEnabled: - → true, adopted"],
  "4-implicit-undeclared": [
    "web.implicitGrant.accessTokenIssuanceEnabled: - → true",
    "web.implicitGrant.idTokenIssuanceEnabled: - → true",
  ],
  "4-implicit-no-web": [
    "web.implicitGrant.accessTokenIssuanceEnabled: - → true",
    "web.implicitGrant.idTokenIssuanceEnabled: - → true",
  ],
  "4-implicit-declared": [
    "web.implicitGrant.accessTokenIssuanceEnabled: false → true",
    "web.implicitGrant.idTokenIssuanceEnabled: false → true",
  ],
  "4-audience-declared": ['signInAudience: "AzureADMultipleOrgs" → "AzureADMyOrg"'],
  "4-audience-default": ['signInAudience: - → "AzureADMultipleOrgs", adopted'],
  "4-tokenversion-declared": ["api.requestedAccessTokenVersion: 2 → 1"],
  "4-tokenversion-undeclared": ["api.requestedAccessTokenVersion: - → 2"],
  "4-identifieruri-added": ['identifierUris: - → "https://partner.example/other"'],
  "4-identifieruri-undeclared": ['identifierUris: - → "https://partner.example/other"'],
  "4-fallback-undeclared": ["fallbackPublicClientEnabled: - → true"],
  "4-fallback-declared": ["fallbackPublicClientEnabled: false → true"],
  "4-publicclient-undeclared": ['publicClient.redirectUris: - → "http://localhost"'],
  "4-publicclient-declared": ['publicClient.redirectUris: - → "https://a.example/native"'],
  "4-displayname": ['displayName: "Full" → "Tampered"'],
  "4-notes-undeclared": ['notes: - → "x"'],
  "4-notes-declared": ['notes: "note" → -'],
  "4-tags-undeclared": [],
  "4-tags-declared": ['tags: - → "x"'],
  "4-owner-declared": ['owners: - → "3f0a6f0e-5b0c-4c57-9d0e-6a1f3b7c2d41"'],
  "4-owner-ignored": [],
  "4-owner-undeclared": ['owners: - → "3f0a6f0e-5b0c-4c57-9d0e-6a1f3b7c2d41"'],
  "4-sp-owner-undeclared": ['owners: - → "3f0a6f0e-5b0c-4c57-9d0e-6a1f3b7c2d41"'],
  "4-foreign-password": [],
  "4-foreign-password-pw": [],
  "4-foreign-federated": [],
  "4-audience-default-and-name": [
    'displayName: "Bare" → "Tampered"',
    'signInAudience: - → "AzureADMultipleOrgs", adopted',
  ],
  "4-owner-ignored-and-notes": ['notes: "note" → "changed"'],
  "4-owner-ignored-after-up": [],
  "5-claim-swapped": ['claimValues: "User.Read" → -', 'claimValues: - → "profile"'],
  "5-claim-added": ['claimValues: - → "profile"'],
  "5-claim-removed": ['claimValues: "User.Read" → -'],
  "5-claim-reorder": [],
  "5-grant-deleted": [
    ': {"resourceServicePrincipalObjectId":"4ce275b1-9e26-43c2-83b9-7eecd8ab3e9a","servicePrincipalObjectId":"0029ca4b-4c6f-499b-bb7a-5f269e64b69a"} → -',
  ],
  "5-role-assignment-deleted": [
    ': {"appRoleId":"7ab1d382-f21e-4acd-a863-ba3e13f7da61","principalObjectId":"0029ca4b-4c6f-499b-bb7a-5f269e64b69a","resourceObjectId":"4ce275b1-9e26-43c2-83b9-7eecd8ab3e9a"} → -',
  ],
  "6-certificate-none": [],
  "6-certificate-foreign": [],
  "6-certificate-foreign-app": [],
  "6-certificate-deleted": [
    ': {"applicationId":"/applications/c8e31ad9-4990-4e50-9bde-9c795985f67b","encoding":"pem","endDate":"2027-11-26T00:44:39Z","type":"AsymmetricX509Cert","value":"[secret]"} → -',
  ],
  "6-certificate-none-after-repair": [],
  "7-member-removed": [
    ': {"groupObjectId":"9a4e2c70-6f1b-4a0e-b3d4-5c8f7e6d2a01","memberObjectId":"0029ca4b-4c6f-499b-bb7a-5f269e64b69a"} → -',
  ],
  "7-password-removed": [
    ': {"applicationId":"/applications/e3d56122-8c1f-4dcf-a6e1-585622c82d61","displayName":"first"} → -',
  ],
};

/** The recording uses a different placeholder for secrets than the engine's events. */
const masked = (values: object): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, value === "(secret)" ? "[secret]" : (value as unknown)]),
  );

/** The events in the engine's format. */
function eventsOf({ resource, read, check, event, refresh_event: refresh }: RecordedRefresh) {
  const of = { type: typesOf[resource] ?? "", urn: `urn:pulumi:dev::rec::${typesOf[resource] ?? ""}::${resource}` };
  const live = read.properties && { inputs: masked(read.inputs ?? {}), outputs: masked(read.properties) };
  const step = { ...of, ...event, old: live ?? null, new: { inputs: masked(check.inputs), outputs: {} } };
  const refreshed = { ...of, detailedDiff: refresh.detailedDiff, new: live ?? null };
  return {
    config: {},
    steps: [step as Step],
    deletions: [],
    refreshed: [refreshed as Step],
    begun: new Map<string, string>(),
    unseen: {},
    errors: [],
    finished: true,
    outputs: { applied: {}, declared: {} },
  };
}

const shown = (value: unknown): string => {
  if (value === null) return "-";
  if (typeof value !== "object" || !("resourceAppId" in value)) return JSON.stringify(value);
  const { resourceAppId, id, type } = value as Record<string, string>;
  return [resourceAppId, id].map((guid) => guid?.slice(0, 8) ?? "").join("/") + (type === "Role" ? " (Role)" : "");
};

test("every recorded case is looked at here, each once", () => {
  const cases = [...refreshes, ...certificatesMade].map((recorded) => recorded.case);
  expect([cases.length, new Set(cases).size]).toEqual([79, 79]);
  expect(Object.keys(FOUND).sort()).toEqual(refreshes.map((recorded) => recorded.case).sort());
});

test.each(refreshes.map((recorded) => [`${recorded.case}: ${recorded.live_change}`, recorded] as const))(
  "%s",
  (_, recorded) => {
    const { drift, consequences, unreadable } = findingsOf(eventsOf(recorded));
    const lines = drift.map(
      ({ property, declared, live, adopted }) =>
        `${property}: ${shown(declared)} → ${shown(live)}${adopted ? ", adopted" : ""}`,
    );
    expect({ lines, consequences, unreadable }).toEqual({
      lines: FOUND[recorded.case],
      ...{ consequences: [], unreadable: [] },
    });
  },
);

/** The two cases that are not refreshes: what was changed then is found in Graph, beside the state of the resource. */
describe("a certificate that was made", () => {
  const made = Object.fromEntries(
    certificatesMade.map(({ case: name, request }) => [
      name,
      request.body.keyCredentials.map(({ keyId: id, usage, endDateTime }) => ({
        ...({ means: "keyCredentials", id } as const),
        facts: { keyId: id, usage, endDateTime },
      })),
    ]),
  );
  const stateAfter = (name: string) => {
    const recorded = refreshes.find((one) => one.case === name);
    return recorded === undefined ? [] : eventsOf(recorded).steps;
  };
  const ids = (found: readonly { id: string }[]) => found.map(({ id }) => id);

  test.each([
    ["6-certificate-created", "6-certificate-none", "6-certificate-created-again"],
    ["6-certificate-created-again", "6-certificate-none-after-repair", "6-certificate-created"],
  ])("%s: it is the stack's own, and any other one an addition", (name, state, other) => {
    const [own = [], foreign = []] = [made[name], made[other]];
    expect([own.length, foreign.length]).toEqual([1, 1]);
    expect(ids(addedTo([...own, ...foreign], recordedIn(stateAfter(state))))).toEqual(ids(foreign));
  });
});
