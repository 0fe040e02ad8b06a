import { findingsOf } from "../../../cli/drift/findings";
import { addedReplyUrl } from "../../../lib/application/reply-urls";
import type { PreviewResult, Step } from "../../../cli/engine/preview";

const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const state = (inputs: object, outputs: object = {}) => ({ id: "id", inputs: { ...inputs }, outputs: { ...outputs } });

function step(type: string, changes: Partial<Step>): Step {
  return { op: "update", type, urn: `urn:pulumi:dev::project::parent$${type}::partner`, ...changes };
}

const looked = (result: Partial<PreviewResult>) =>
  findingsOf({
    config: {},
    steps: [],
    deletions: [],
    refreshed: [],
    begun: new Map(),
    unseen: {},
    errors: [],
    finished: true,
    outputs: { applied: {}, declared: {} },
    ...result,
  });

/** @param first a step, or all of the result that matters */
const found = (first: Step | Partial<PreviewResult>, ...more: Step[]) => {
  const { drift, ...others } = looked("op" in first ? { steps: [first, ...more] } : first);
  for (const one of drift) expect(one).toMatchObject({ state: "failed", what: "" });
  // Without these and the urn, and without what is not declared or not there.
  const left = ["state", "what", "urn"];
  const shown = drift.map((one) =>
    Object.fromEntries(Object.entries(one).filter(([key, value]) => !left.includes(key) && value !== null)),
  );
  return { drift: shown, ...others };
};
const nothingElse = { consequences: [], unreadable: [] };
const application = "azuread:index/application:Application";
const consent = "pulumi-nodejs:dynamic/partner:Consent";
const record = "pulumi-nodejs:dynamic/partner:CredentialRecord";
const row = (resource: string, property: string, values: object) => ({ resource, property, ...values });
const ofApplication = (property: string, values: object) => row("azuread.Application partner", property, values);

const whole = state({ __defaults: [], groupObjectId: "g", memberObjectId: "m", list: ["long"] });
const current = { keyId: "a", expiresOn: "2028-11-24T00:00:00Z" };
const mark = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };
const shown = (value: unknown): string => (value === null ? "-" : JSON.stringify(value));

/** Beside what recorded-refreshes.test.ts has from the real plugin: declared → live, "-" for nothing. */
test.each<[string, Step, string[]]>([
  [
    "only the properties that the engine calls different are compared",
    step(application, {
      old: state({ displayName: "Tampered", notes: "left alone by the provider" }),
      new: state({ displayName: "Declared" }),
      diffs: ["displayName"],
    }),
    ['azuread.Application partner displayName: "Declared" → "Tampered"'],
  ],
  [
    "a stranger's reply URL, on a platform that is declared and on one that is not, is somebody's to explain",
    step(application, {
      old: state({}, { web: { redirectUris: ["a", "x"] }, publicClient: { redirectUris: ["y"] } }),
      new: state({ web: { redirectUris: ["a"] } }),
      diffs: ["web", "publicClient"],
      detailedDiff: { "web.redirectUris[1]": { inputDiff: false }, publicClient: { inputDiff: false } },
    }),
    [
      `azuread.Application partner web.redirectUris: - → "x": ${addedReplyUrl.text}`,
      `azuread.Application partner publicClient.redirectUris: - → "y": ${addedReplyUrl.text}`,
    ],
  ],
  [
    "a change without a difference is still told",
    step(application, { old: state({ tags: ["a"] }), new: state({ tags: ["a"] }), diffs: ["tags"] }),
    ['azuread.Application partner tags: "as declared" → "the same in another order or form"'],
  ],
  [
    "one that is no longer declared",
    step("azuread:index/groupMember:GroupMember", { op: "delete", old: whole, new: null }),
    ['azuread.GroupMember partner : - → {"groupObjectId":"g","memberObjectId":"m"}'],
  ],
  [
    "a secret that a provider forgot to mark is hidden by its name",
    step(record, {
      old: state({ current: { value: "old-canary", keyId: "a" } }),
      new: state({ current: { value: "new-canary", keyId: "b" } }),
      diffs: ["current"],
      detailedDiff: { "current.value": {} },
    }),
    [
      'partner.CredentialRecord partner current.value: "[secret]" → "[secret]"',
      'partner.CredentialRecord partner current.keyId: "b" → "a"',
    ],
  ],
  [
    "of a secret that is known changed by something else, that alone is told: nobody read the value",
    step(record, {
      old: state({ current, overwrittenBy: "0f3c" }),
      new: state({ current: { ...current, value: { ...mark, value: "canary" } } }),
      diffs: ["overwrittenBy", "current"],
    }),
    ['partner.CredentialRecord partner overwrittenBy: - → "0f3c"'],
  ],
])("%s", (_, one, lines) => {
  const { drift, ...others } = looked({ steps: [one] });
  const told = drift.map(({ resource, property, declared, live, fixes = [] }) =>
    [`${resource} ${property}: ${shown(declared)} → ${shown(live)}`, ...fixes.map(({ text }) => text)].join(": "),
  );
  expect([told, others]).toEqual([lines, nothingElse]);
});

test("what only follows from another repair is no drift of its own", () => {
  const password = step("azuread:index/applicationPassword:ApplicationPassword", {
    op: "create",
    old: null,
    new: state({ displayName: "partner-c1" }),
  });
  const kept = step(record, {
    old: state({ current: { number: 1, keyId: "a", value: mark } }),
    new: state({ current: { number: 1, keyId: unknown, value: unknown } }),
    diffs: ["current"],
  });
  const followed = step(consent, {
    old: state({ health: "disabled" }),
    new: state({ health: "ok" }),
    diffs: ["health"],
  });
  expect(found(password, kept, followed)).toEqual({
    drift: [
      { resource: "azuread.ApplicationPassword partner", property: "", declared: { displayName: "partner-c1" } },
      { resource: "partner.Consent partner", property: "health", declared: "ok", live: "disabled" },
    ],
    consequences: ["partner.CredentialRecord partner"],
    unreadable: [],
  });
  // With nothing before it, it is the drift.
  expect(found(kept)).toEqual({
    drift: [
      { resource: "partner.CredentialRecord partner", property: "current.keyId", live: "a" },
      { resource: "partner.CredentialRecord partner", property: "current.value", live: "[secret]" },
    ],
    ...nothingElse,
  });
});

test("a vault that could not be read says nothing about the token", () => {
  const blind = step(consent, {
    old: state({ health: "unreadable" }),
    new: state({ health: "ok" }),
    diffs: ["health"],
  });
  expect(found(blind)).toEqual({
    drift: [],
    consequences: [],
    unreadable: ["partner.Consent partner: the vault could not be read"],
  });
});

test("what the run that recovered a vault left is no drift, and what somebody changed of that vault is", () => {
  const vault = (live: object) =>
    step("azure-native:keyvault/v20260201:Vault", {
      old: state({ properties: { createMode: "recover", enableRbacAuthorization: true, ...live } }),
      new: state({ properties: { createMode: "default", enableRbacAuthorization: true } }),
      diffs: ["properties"],
    });
  const rules = step("pulumi-nodejs:dynamic/partner:VaultRules", {
    op: "delete",
    old: state({ vaultId: "v" }),
    new: null,
  });
  expect(found(vault({}), rules)).toEqual({ drift: [], ...nothingElse });
  const property = "properties.enableRbacAuthorization";
  expect(found(vault({ enableRbacAuthorization: false }), rules).drift).toEqual([
    row("azure-native.keyvault.Vault partner", property, { declared: true, live: false }),
  ]);
});

test("an owner who was removed is told where the program leaves the owners to who deployed first", () => {
  const urn = "urn:pulumi:dev::project::parent$azuread:index/application:Application::partner";
  const owned = (...owners: string[]) => state({}, { owners });
  const read = { urn, type: application, old: owned("deployer", "adele"), new: owned("adele", "mallory") };
  const same = step(application, { op: "same", old: owned("adele", "mallory"), new: state({ owners: ["adele"] }) });
  const officer = (principalId: string) => ({
    ...step("azure-native:authorization:RoleAssignment", { op: "same", old: state({ principalId }) }),
    urn: "urn:pulumi:dev::project::azure-native:authorization:RoleAssignment::partner-officer",
  });
  const gone = [ofApplication("owners", { declared: "deployer", adopted: true })];
  expect(found({ steps: [same, officer("deployer")], refreshed: [read] }).drift).toEqual(gone);
  // A stranger whom a refresh has recorded is rightly gone; without a role the only owner is the deployer.
  expect(found({ steps: [same, officer("mallory")], refreshed: [read] }).drift).toEqual([]);
  expect(found({ steps: [same], refreshed: [read] }).drift).toEqual([]);
  const only = { ...read, old: owned("deployer") };
  expect(found({ steps: [same], refreshed: [only] }).drift).toEqual(gone);
  // Where owners are declared, the provider tells it.
  const detailedDiff = { "owners[0]": { inputDiff: false } };
  const changed = step(application, { ...same, op: "update", new: owned(), diffs: ["owners"], detailedDiff });
  expect(found({ steps: [changed], refreshed: [read] }).drift.every((one) => !("adopted" in one))).toBe(true);
});

test("what a refresh could not look at is told, though nothing of it differs", () => {
  const unseen = { a: "whether it is granted could not be checked: 403.", b: "" };
  expect(looked({ unseen })).toEqual({
    drift: [],
    consequences: [],
    unreadable: ["partner.Consent: whether it is granted could not be checked: 403."],
  });
});
