import { createHash } from "node:crypto";
import {
  clientSecretCheck,
  judgeCertificate,
  judgeSecret,
  rotationDue,
  vaultSecretOf,
} from "../../../cli/doctor/checks/credential";
import type { Stack } from "../../../cli/engine/stack";
import { invocation } from "../../../lib/errors/invocation";
import type { Certificate } from "../../../lib/vault/certificates";
import { known, told } from "../support/told";

const { own } = invocation();
const now = Date.parse("2026-11-25T12:00:00Z");

describe("client secret", () => {
  const rotate =
    "Rotate it: pulumi config set --path secure-application-model:credential.label '<new label>', then pulumi up";
  const makeNew = "Make a new one: pulumi up";
  const secret = (displayName: string, keyId: string, endDateTime: string) => ({ displayName, keyId, endDateTime });
  const old = secret("initial", "11111111-0000", "2026-11-20T12:00:00Z");
  const soon = secret("soon", "22222222-0000", "2026-12-01T13:00:00Z");
  const long = secret("long", "33333333-0000", "2027-11-25T12:00:00Z");
  const later = secret("later", "44444444-0000", "2026-12-25T11:00:00Z");

  test.each<[string, (typeof old)[], string | undefined, object]>([
    [
      "the one that the vault's name ends with counts",
      [old, long, soon],
      "client-secret-long-33333333",
      { state: "ok", what: "long, 365 days left" },
    ],
    [
      "also if it was stored once more",
      [old, long, soon],
      "client-secret-soon-22222222-1",
      { state: "failed", what: "soon, 6 days left", fix: rotate, exitCode: 4 },
    ],
    [
      "one that ends soon is a warning",
      [later],
      "client-secret-later-44444444",
      { state: "warning", what: "later, 29 days left", fix: rotate },
    ],
    [
      "one that has ended is a failure",
      [old, long],
      "client-secret-initial-11111111",
      { state: "failed", what: "initial ended on 2026-11-20 (AADSTS7000222)", fix: rotate, exitCode: 4 },
    ],
    [
      "without a name the one that ends last counts",
      [old, soon, long],
      undefined,
      { state: "ok", what: "long, 365 days left" },
    ],
    [
      "without any",
      [],
      undefined,
      { state: "failed", what: "the application has none (AADSTS7000215)", fix: makeNew, exitCode: 4 },
    ],
    [
      "without the one that the vault names",
      [long],
      "client-secret-gone-44444444",
      {
        ...{ state: "failed", fix: makeNew, exitCode: 4 },
        what: "the application no longer has the vault's client secret (client-secret-gone-44444444) (AADSTS7000215)",
      },
    ],
  ])("%s", (_, credentials, name, finding) => {
    const kept = name === undefined ? undefined : vaultSecretOf(name, undefined);
    expect(told(judgeSecret(credentials, kept, now))).toEqual(finding);
  });

  const put = (name: string) =>
    `Put a client secret of the application there, from a file that you delete: az keyvault secret set --vault-name '<vault name>' --name ${name} --file '<file>'`;

  test.each<[string, string | undefined]>([
    ["portal-secret", "portal-secret"],
    ["client-secret-portal-44444444", "client-secret-portal-44444444"],
    ["portal-secret", undefined],
    ["portal-44444444", undefined],
  ])("of %s that somebody put into the vault, as setting %s, no key is told to be it", (name, setting) => {
    const kept = vaultSecretOf(name, setting);
    expect(told(judgeSecret([old, long, soon], kept, now))).toEqual({
      state: "warning",
      what: `could not tell which key of the application the vault's ${name} is; the last one to end: long, 365 days left`,
      fix: `Test it: ${own} status --probe`,
    });
    for (const credentials of [[old], []])
      expect(told(judgeSecret(credentials, kept, now))).toMatchObject({ state: "failed", exitCode: 4, fix: put(name) });
  });

  const vaultSecretName = "client-secret-portal-44444444";
  const another = "client-secret-a-33333333";
  const brought = { state: "warning", what: expect.stringContaining(`the vault's ${vaultSecretName} is;`) as string };
  test.each<[string, object, string | undefined, object[], object]>([
    ["not deployed", {}, undefined, [{}], brought],
    ["deployed", { clientSecretName: vaultSecretName }, undefined, [{}], brought],
    ["named by the token", {}, vaultSecretName, [{}], brought],
    ["where the token names another one", {}, another, [{}], { state: "ok" }],
    [
      "where that one is disabled",
      {},
      another,
      [{ enabled: false }],
      {
        ...{ state: "failed", exitCode: 4, fix: "Store it again: pulumi up" },
        what: `the vault's secret ${another} is disabled, so nobody gets a token`,
      },
    ],
    ["where the vault has none", {}, undefined, [], { state: "failed", fix: put(vaultSecretName) }],
  ])(
    "the stack's setting vaultSecretName is the one that somebody put there: %s",
    async (_, outputs, named, versions, finding) => {
      const facts = known({
        stack: { settings: { credential: { vaultSecretName } }, outputs },
        tokenTags: named && { "client-secret": named },
        application: { passwordCredentials: [secret("long", "33333333-0000", "9999-01-01")] },
        vault: { listVersions: () => Promise.resolve(versions) },
      });
      expect(told(await clientSecretCheck.look(facts))).toMatchObject(finding);
    },
  );
});

describe("certificate", () => {
  const name = "client-certificate-initial-1a2b3c4d";
  const version = "0".repeat(32);
  const reference = { kind: "certificate", name, version, thumbprint: "t".repeat(43) } as const;
  const cer = Buffer.from("a certificate").toString("base64");
  const sha1 = createHash("sha1").update(Buffer.from(cer, "base64")).digest();
  const held = (days: number, changes: Partial<Certificate> = {}): Certificate => ({
    ...{ version, enabled: true, tags: {}, cer, thumbprint: "", createdOn: new Date(now), notBefore: new Date(now) },
    expiresOn: new Date(now + days * 86_400_000),
    ...changes,
  });
  const hex = sha1.toString("hex").toUpperCase();

  test.each<[string, Certificate | null | undefined, string | null, string, string]>([
    ["good", held(200), hex, "ok", `certificate ${name}, 200 days left`],
    ["named in Base64 by Graph", held(200), sha1.toString("base64"), "ok", `certificate ${name}, 200 days left`],
    ["ending soon", held(20), hex, "warning", `certificate ${name}, 20 days left`],
    ["ended", held(-1), hex, "failed", `certificate ${name}, ended (AADSTS700027)`],
    [
      "disabled",
      held(200, { enabled: false }),
      hex,
      "failed",
      `the vault's certificate ${name} is disabled, so nobody gets a token`,
    ],
    ["gone", undefined, hex, "failed", `the vault no longer has the certificate ${name}`],
    ["out of sight", null, hex, "failed", `could not tell: the vault's certificate ${name} could not be checked`],
    [
      "off the application",
      held(200),
      null,
      "failed",
      `the application no longer has the certificate ${name} (AADSTS700027)`,
    ],
  ])("one that is %s", (_, certificate, customKeyIdentifier, state, what) => {
    const keyCredentials = [{ keyId: "k", displayName: null, endDateTime: "", customKeyIdentifier }];
    expect(judgeCertificate(reference, certificate, { keyCredentials }, now)).toMatchObject({ state, what });
  });
});

test("a rotation by the calendar that is due is a warning, and one that is overdue a failure with the command", () => {
  const credential = { kind: "secret", rotateEvery: "90d", firstDay: "2026-11-26", overdueDays: 14 };
  const credentials = [{ kind: "secret", label: "2026-11-26", reference: "client-secret-2026-11-26-1a2b3c4d" }];
  const found = (day: string, changes: object = credential) => {
    const stack = { name: "global", settings: { credential: changes }, outputs: { credentials } } as unknown as Stack;
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
