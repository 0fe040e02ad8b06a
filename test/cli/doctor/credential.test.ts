import { credentialCheck, judge, rotationDue, withoutKey } from "../../../cli/doctor/checks/credential";
import type { Stack } from "../../../cli/engine/stack";
import { recordTypes } from "../../../lib/credential/credential-record";
import { invocation } from "../../../lib/errors/invocation";
import { version } from "../../token/fixtures";
import { known, told } from "../support/told";

const { own } = invocation();
const now = Date.parse("2026-11-25T12:00:00Z");
const record = "client-credential-1a2b3c4d";

const rotate = "Rotate it: secure-app-model rotate --stack '<stack>'";
const putRight = "Find out who did that; then repair or replace it: pulumi up";
const entry = (displayName: string, keyId: string, endDateTime: string) => ({ displayName, keyId, endDateTime });
const old = entry("partner-c1", "11111111-0000", "2026-11-20T12:00:00Z");
const soon = entry("partner-c2", "22222222-0000", "2026-12-01T13:00:00Z");
const long = entry("partner-c3", "33333333-0000", "2027-11-25T12:00:00Z");
const later = entry("partner-c4", "44444444-0000", "2026-12-25T11:00:00Z");
type Entry = typeof old;

/** A version of the record, of the key of this entry. */
const versionOf = ({ keyId }: Entry, { tags, ...changes }: { tags?: object; [other: string]: unknown } = {}) =>
  version("v1", "2026-11-01T08:00:00Z", {
    ...{ tags: { "key-id": keyId, ...tags }, contentType: recordTypes.secret, ...changes },
  });
const certificate = {
  contentType: recordTypes.certificate,
  tags: { certificate: `client-certificate-1a2b3c4d/${"0".repeat(32)}` },
};

test.each<[string, Entry[], ReturnType<typeof version>[] | undefined, object]>([
  [
    "the newest version's counts",
    [old, long, soon],
    [versionOf(long)],
    { state: "ok", what: "partner-c3, 365 days left" },
  ],
  [
    "one that ends in days is a failure",
    [old, long, soon],
    [versionOf(soon), versionOf(long)],
    { state: "failed", what: "partner-c2, 6 days left", fix: rotate, exitCode: 4 },
  ],
  [
    "one that ends soon is a warning",
    [later],
    [versionOf(later)],
    { state: "warning", what: "partner-c4, 29 days left", fix: rotate },
  ],
  [
    "one that has ended is a failure",
    [old, long],
    [versionOf(old)],
    { state: "failed", what: "partner-c1, ended (AADSTS7000222)", fix: rotate, exitCode: 4 },
  ],
  [
    "where the vault cannot be looked at, the one that ends last counts",
    [old, soon, long],
    undefined,
    { state: "ok", what: "partner-c3, 365 days left" },
  ],
  [
    "without any",
    [],
    undefined,
    { state: "failed", what: "the application has none (AADSTS7000215)", fix: putRight, exitCode: 4 },
  ],
  [
    "without the vault's",
    [long],
    [versionOf(soon)],
    {
      state: "failed",
      what: `the application no longer has the vault's credential ${record} (AADSTS7000215)`,
      fix: putRight,
      exitCode: 4,
    },
  ],
  [
    "without the vault's certificate",
    [long],
    [versionOf(soon, certificate)],
    {
      state: "failed",
      what: `the application no longer has the vault's credential ${record} (AADSTS700027)`,
      fix: putRight,
      exitCode: 4,
    },
  ],
  [
    "of a type that somebody changed",
    [long],
    [versionOf(long, { contentType: recordTypes.certificate })],
    {
      state: "failed",
      what: `the content type of the vault's secret ${record} does not fit its value`,
      fix: putRight,
      exitCode: 4,
    },
  ],
  ["not there", [long], [], { state: "failed", what: `the vault has no secret ${record}`, fix: putRight, exitCode: 4 }],
  [
    "disabled",
    [long],
    [versionOf(long, { enabled: false })],
    { state: "failed", what: `the vault's secret ${record} is disabled`, fix: putRight, exitCode: 4 },
  ],
])("%s", (_, all, versions, finding) => {
  const [keys, passwords] = [versions?.[0]?.contentType === recordTypes.certificate ? all : [], all];
  const application = { passwordCredentials: passwords, keyCredentials: keys };
  expect(told(judge(application as never, record, versions, now))).toEqual(finding);
});

test("a certificate's entry counts as a client secret's does", () => {
  const application = { passwordCredentials: [], keyCredentials: [{ ...long, customKeyIdentifier: null }] };
  expect(told(judge(application as never, record, [versionOf(long, certificate)], now))).toEqual({
    state: "ok",
    what: "partner-c3, 365 days left",
  });
});

describe("a client secret that somebody put into the vault", () => {
  const put =
    "Put a client secret of the application there, from a file that you delete: az keyvault secret set --vault-name '<vault name>' --name portal-secret --file '<file>' --content-type application/x-oauth-client-secret";
  const theirs = [version("v1", "2026-11-01T08:00:00Z", { tags: {} })];

  test("is one of which no key is told to be it", () => {
    const passwordCredentials = [old, long, soon];
    expect(told(judge({ passwordCredentials }, "portal-secret", theirs, now))).toEqual({
      state: "warning",
      what: "could not tell which key of the application the vault's portal-secret is; the last one to end: partner-c3, 365 days left",
      fix: `Test it: ${own} status --probe`,
    });
  });

  test.each([
    [[old], theirs],
    [[], theirs],
    [[long], []],
  ])("is put there again where %j is all that the application has, and %j the vault", (all, versions) => {
    const finding = told(judge({ passwordCredentials: all }, "portal-secret", versions, now));
    expect(finding).toMatchObject({ state: "failed", exitCode: 4, fix: put });
  });
});

test.each<[string, object | undefined | null, object]>([
  ["there", { enabled: true }, { state: "ok" }],
  [
    "disabled",
    { enabled: false },
    { state: "failed", what: expect.stringContaining("is disabled, so nobody gets a token") as string },
  ],
  [
    "gone",
    undefined,
    { state: "failed", what: expect.stringContaining("the vault no longer has the certificate") as string },
  ],
  ["out of sight", null, { state: "ok" }],
])("a certificate whose version is %s", async (_, held, finding) => {
  const tags = { "key-id": long.keyId, certificate: `client-certificate-1a2b3c4d/${"0".repeat(32)}` };
  const find = () => (held === null ? Promise.reject(new Error("no role")) : Promise.resolve(held));
  const facts = known({
    stack: undefined,
    credentialName: record,
    credentialVersions: [versionOf(long, { ...certificate, tags })],
    application: { passwordCredentials: [entry("partner-c3", long.keyId, "9999-01-01T00:00:00Z")] },
    vault: { certificates: { find } },
  });
  expect(told(await credentialCheck.look(facts))).toMatchObject(finding);
});

test("what is to be done without the key is the deployment's", () => {
  expect(told(withoutKey("client-certificate-1a2b3c4d", undefined))).toMatchObject({ fix: putRight, exitCode: 4 });
});

test("a rotation by the calendar that is due is a warning, and one that is overdue a failure with the command", () => {
  const credential = { kind: "secret", rotateEvery: "90d", overdueDays: 14 };
  const generations = [{ number: 1, kind: "secret", day: "2026-11-26" }];
  const found = (day: string, changes: object = credential) => {
    const outputs = { credential: { name: record, generations } };
    const stack = { name: "global", settings: { credential: changes }, outputs } as unknown as Stack;
    const finding = rotationDue(stack, Date.parse(`${day}T00:00:00Z`));
    return finding && told(finding);
  };
  const fix = "Rotate, if the scheduled run does not: secure-app-model rotate --scheduled --stack global";
  expect([found("2027-02-23"), found("2027-02-24"), found("2027-03-11"), found("2027-03-11", {})]).toEqual([
    undefined,
    { state: "warning", what: "rotation is due since 2027-02-24", fix },
    { state: "failed", what: "rotation is due since 2027-02-24, and overdue", fix, exitCode: 4 },
    undefined,
  ]);
});
