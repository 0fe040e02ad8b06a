import { classify } from "../../../cli/rotate/classify";
import type { CredentialKind } from "../../../lib/config/limits";
import type { Step } from "../../../cli/engine/preview";

const urn = (type: string, name: string) => `urn:pulumi:dev::project::parent$${type}::${name}`;
const state = (inputs: object) => ({ id: "id", inputs: { ...inputs }, outputs: {} });
const step = (op: string, type: string, name: string, changes: Partial<Step> = {}): Step => ({
  op,
  type,
  urn: urn(type, name),
  ...changes,
});
const password = "azuread:index/applicationPassword:ApplicationPassword";
const secret = "pulumi-nodejs:dynamic/partner:VaultSecret";
const consent = (diffs: string[], health = "ok") =>
  step("update", "pulumi-nodejs:dynamic/partner:Consent", "partner", {
    diffs,
    old: state({ health, credentialNames: ["a"] }),
    new: state({ health: "ok", credentialNames: ["b"] }),
  });

const listed = (...labels: string[]) => ({
  credentials: labels.map((label) => ({ kind: "secret", label, reference: label })),
});
const classified = (
  steps: Step[],
  before: object = listed("2026-11-26", "initial"),
  after: object = listed("2027-02-24", "2026-11-26"),
) =>
  classify({
    ...{ config: {}, refreshed: [], begun: new Map(), unseen: {}, errors: [], finished: true },
    outputs: { applied: { ...before }, declared: { ...after } },
    steps,
  });
const turn = [
  step("same", "azuread:index/application:Application", "partner"),
  step("create", password, "partner-2027-02-24"),
  step("create", secret, "partner-2027-02-24"),
  consent(["credentialNames"]),
  step("delete", secret, "partner-initial"),
  step("delete", password, "partner-initial"),
];

test("a turn is the rotation and nothing else: what is made, what goes, and the consent that publishes", () => {
  expect(classified(turn)).toEqual({ made: ["2027-02-24"], gone: ["initial"], publishes: true, others: [] });
});

test("from labels by hand too, which the outputs do not know", () => {
  const steps = [
    step("create", password, "partner-2026-11-26"),
    step("create", secret, "partner-2026-11-26"),
    consent(["credentialNames", "rollTokens"]),
  ];
  const found = classified(steps, {}, listed("2026-11-26", "initial"));
  expect(found).toEqual({ made: ["2026-11-26"], gone: [], publishes: true, others: [] });
});

test("of certificates too: from client secrets and back within a period the two have one label", () => {
  const as = (kind: CredentialKind, label: string) => ({ kind, label, reference: label });
  const keys = "pulumi-nodejs:dynamic/partner:ApplicationCertificate";
  const made = "pulumi-nodejs:dynamic/partner:ClientCertificate";
  const before = { credentials: [as("secret", "2027-02-24"), as("secret", "2026-11-26")] };
  const after = { credentials: [as("certificate", "2027-02-24"), as("secret", "2027-02-24")] };
  const role = "azure-native:authorization:RoleAssignment";
  const steps = [
    step("create", made, "partner-2027-02-24"),
    step("create", keys, "partner-2027-02-24"),
    step("create", role, "partner-signer"),
    consent(["credentialNames"]),
    step("delete", password, "partner-2026-11-26"),
    step("delete", secret, "partner-2026-11-26"),
  ];
  expect(classified(steps, before, after)).toEqual({
    ...{ made: ["2027-02-24"], gone: ["2026-11-26"], publishes: true },
    // The first certificate needs roles, which no scheduled run may assign.
    others: ["azure-native.authorization.RoleAssignment partner-signer (create)"],
  });
});

const same = listed("2026-11-26", "initial");
test("a stack that is as declared has nothing to do", () => {
  const nothing = { made: [], gone: [], publishes: false, others: [] };
  expect(classified([step("same", password, "partner-initial")], same, same)).toEqual(nothing);
});

test("a run that was killed before the outputs recorded its credential is gone on with", () => {
  const found = classified([step("same", password, "partner-2027-02-24")], same, listed("2027-02-24", "2026-11-26"));
  expect(found).toMatchObject({ made: [], publishes: true, others: [] });
});

test.each(["unfinished", "expiring"])(
  "a rotation takes along a consent that is %s: nobody has to sign in",
  (health) => {
    expect(classified([consent(["health", "credentialNames"], health)], same, same)).toMatchObject({
      publishes: true,
      others: [],
    });
  },
);

const tampered = {
  diffs: ["displayName"],
  old: state({ displayName: "Tampered" }),
  new: state({ displayName: "Declared" }),
};
test.each<[string, Step]>([
  [
    "azuread.Application partner (update displayName)",
    step("update", "azuread:index/application:Application", "partner", tampered),
  ],
  // Somebody deleted it, and it comes back.
  ["azuread.ApplicationPassword partner-2026-11-26 (create)", step("create", password, "partner-2026-11-26")],
  ["azuread.ApplicationPassword partner-2027-02-24 (replace)", step("replace", password, "partner-2027-02-24")],
  // The current one goes.
  ["azuread.ApplicationPassword partner-2026-11-26 (delete)", step("delete", password, "partner-2026-11-26")],
  // It has to be consented to.
  ["partner.Consent partner (update health)", consent(["health"], "refused")],
  // Another setting of the consent.
  ["partner.Consent partner (update credentialNames.0)", consent(["credentialNames", "warnBeforeDays"])],
  [
    "azure-native.authorization.RoleAssignment partner-reader (create)",
    step("create", "azure-native:authorization:RoleAssignment", "partner-reader"),
  ],
])("%s is something else", (told, other) => {
  expect(classified([...turn, other]).others).toEqual([expect.stringContaining(told)]);
});
