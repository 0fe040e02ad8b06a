import { fixText } from "../../../lib/errors/text";
import type { Stack } from "../../../cli/engine/stack";
import { clientSecretCheck, judgeSecret, rotationDue, vaultSecretOf } from "../../../cli/doctor/checks/credential";
import { judgeRefreshToken } from "../../../cli/doctor/checks/refresh-token";
import { judgeRefusal } from "../../../cli/doctor/checks/vault";
import type { Facts } from "../../../cli/doctor/facts";
import type { Health } from "../../../lib/consent/health";
import type { VaultReason } from "../../../lib/vault/vault-error";
import { invocation } from "../../../lib/errors/invocation";
import type { SecretVersion } from "../../../lib/vault/secrets";
import { told } from "../support/told";
import { version } from "../../consent/fixtures";

const { own } = invocation();
const uri = "https://contoso.vault.azure.net";
const now = Date.parse("2026-11-25T12:00:00Z");

test.each<[VaultReason, RegExp, RegExp]>([
  ["no-role", /no role on the secrets/u, /az keyvault show --name contoso .*--assignee o --scope '<vault id>'$/u],
  ["firewall", /refuses this machine's address$/u, /vault\.networkRules\.ipRules\[2\]/u],
  ["closed", /is closed to the public network$/u, /private endpoint or a trusted network/u],
  [
    "unresolved",
    /has no address$/u,
    /az keyvault show --name contoso; or: A deleted one comes back with: pulumi up --refresh/u,
  ],
  ["unreachable", /does not answer$/u, /az keyvault show --name contoso/u],
  ["other", /could not tell: said$/u, /^Look again/u],
])("a vault that fails as %s", (reason, found, fix) => {
  const finding = judgeRefusal(uri, { reason, what: "said" }, "o", 2);
  expect([finding.state, finding.exitCode]).toEqual(["failed", 1]);
  expect(finding.what).toMatch(found);
  expect(told(finding).fix).toMatch(fix);
});

describe("refresh token", () => {
  const stored = version("v1", "2026-11-01T08:00:00Z", { expiresOn: new Date("2026-12-05T12:00:00Z") });

  const limits = { warnDays: 30, failDays: 7 };
  const judge = (health: Health, changes: Partial<SecretVersion> = {}, warnDays = limits.warnDays) => {
    const found = health === "missing" ? undefined : { ...stored, ...changes };
    return told(judgeRefreshToken({ health, version: found }, "t", { ...limits, warnDays }, now));
  };
  const whose = "svc@partner.example, consented on 2026-11-01, 10 days left";
  const renew = `Renew it: ${own} renew; or: Consent again: ${own} consent --force`;

  test("its account, date and days are told; one that ends soon is a warning, and a failure in its last days", () => {
    expect(judge("ok", {}, 10)).toEqual({ state: "ok", what: whose });
    expect(judge("expiring")).toEqual({ state: "warning", what: whose, fix: renew });
    expect(judge("expiring", { expiresOn: new Date("2026-12-02T11:59:59Z") })).toEqual({
      state: "failed",
      what: "svc@partner.example, consented on 2026-11-01, 6 days left",
      fix: renew,
      exitCode: 3,
    });
  });

  const again = `Consent again: ${own} consent --force`;
  test.each<[Health, string, string]>([
    ["missing", "there is none", `Consent: ${own} consent --tenant t`],
    ["disabled", "its newest version is disabled", again],
    ["foreign", "its newest version is another application's, or was not stored by this project", again],
    ["expired", "it has ended", again],
  ])("%s: consent", (health, found, fix) => {
    expect(judge(health)).toEqual({ state: "failed", what: `refresh-token-t: ${found}`, fix, exitCode: 3 });
  });
});

describe("client secret", () => {
  const rotate =
    "Rotate it: pulumi config set --path secure-application-model:credential.label '<new label>', then pulumi up";
  const secret = (displayName: string, keyId: string, endDateTime: string) => ({ displayName, keyId, endDateTime });
  const old = secret("initial", "11111111-0000", "2026-11-20T12:00:00Z");
  const soon = secret("soon", "22222222-0000", "2026-12-01T13:00:00Z");
  const long = secret("long", "33333333-0000", "2027-11-25T12:00:00Z");

  test("the one that the vault's name ends with counts", () => {
    expect(told(judgeSecret([old, long, soon], vaultSecretOf("client-secret-long-33333333", undefined), now))).toEqual({
      state: "ok",
      what: "long, 365 days left",
    });
    // Stored once more.
    expect(
      told(judgeSecret([old, long, soon], vaultSecretOf("client-secret-soon-22222222-1", undefined), now)),
    ).toEqual({
      state: "failed",
      what: "soon, 6 days left",
      fix: rotate,
      exitCode: 4,
    });
    const later = secret("later", "44444444-0000", "2026-12-25T11:00:00Z");
    expect(told(judgeSecret([later], vaultSecretOf("client-secret-later-44444444", undefined), now))).toEqual({
      state: "warning",
      what: "later, 29 days left",
      fix: rotate,
    });
    expect(
      told(judgeSecret([old, long], vaultSecretOf("client-secret-initial-11111111", undefined), now)),
    ).toMatchObject({
      state: "failed",
      what: "initial ended on 2026-11-20 (AADSTS7000222)",
      exitCode: 4,
    });
  });

  test("without a name the one that ends last counts", () => {
    expect(judgeSecret([old, soon, long], undefined, now).what).toBe("long, 365 days left");
  });

  test.each([
    [[], undefined, "the application has none (AADSTS7000215)"],
    [
      [long],
      "client-secret-gone-44444444",
      "the application no longer has the one that the vault holds (client-secret-gone-44444444) (AADSTS7000215)",
    ],
  ])("%j for %s: rotation", (credentials, name, found) => {
    const kept = name === undefined ? undefined : vaultSecretOf(name, undefined);
    expect(told(judgeSecret(credentials, kept, now))).toEqual({
      state: "failed",
      what: found,
      fix: "Make a new one: pulumi up --refresh",
      exitCode: 4,
    });
  });

  const put =
    "Put a client secret of the application there, from a file that you delete: az keyvault secret set --vault-name '<vault name>' --name";

  test.each<[string, string | undefined]>([
    ["portal-secret", "portal-secret"],
    ["client-secret-portal-44444444", "client-secret-portal-44444444"],
    ["portal-secret", undefined],
    ["portal-44444444", undefined],
  ])("of %s that somebody put into the vault, as setting %s, no key is told to be it", (name, setting) => {
    const kept = vaultSecretOf(name, setting);
    expect(told(judgeSecret([old, long, soon], kept, now))).toEqual({
      state: "warning",
      what: `nothing shows which key of the application the vault's ${name} is; the one that ends last: long, 365 days left`,
      fix: `See whether it works: ${own} status --probe`,
    });
    expect(told(judgeSecret([old], kept, now))).toMatchObject({
      state: "failed",
      exitCode: 4,
      fix: `${put} ${name} --file '<file>'`,
    });
    expect(told(judgeSecret([], kept, now))).toMatchObject({
      state: "failed",
      exitCode: 4,
      fix: `${put} ${name} --file '<file>'`,
    });
  });

  test("the stack's setting vaultSecretName is the one that somebody put there, deployed or not", async () => {
    const vaultSecretName = "client-secret-portal-44444444";
    const look = async (outputs: object, tags: object | undefined, versions: object[]) =>
      await clientSecretCheck.look({
        stack: () => Promise.resolve({ settings: { credential: { vaultSecretName } }, outputs }),
        tokenTags: () => Promise.resolve(tags),
        application: () => Promise.resolve({ passwordCredentials: [secret("long", "33333333-0000", "9999-01-01")] }),
        vault: () => Promise.resolve({ listVersions: () => Promise.resolve(versions) }),
      } as unknown as Facts);
    const found = expect.stringMatching(/^nothing shows which key .*client-secret-portal-44444444 is/u) as string;
    expect(await look({}, undefined, [{}])).toMatchObject({ state: "warning", what: found });
    expect(await look({ clientSecretName: vaultSecretName }, undefined, [{}])).toMatchObject({
      state: "warning",
      what: found,
    });
    expect(await look({}, { "client-secret": vaultSecretName }, [{}])).toMatchObject({ state: "warning", what: found });
    expect(await look({}, { "client-secret": "client-secret-a-33333333" }, [{}])).toMatchObject({ state: "ok" });
    expect(told(await look({}, { "client-secret": "client-secret-a-33333333" }, [{ enabled: false }]))).toEqual({
      state: "failed",
      what: "the vault's secret client-secret-a-33333333 is disabled, so nobody gets a token",
      fix: "Have it stored again: pulumi up --refresh",
      exitCode: 4,
    });
    expect(told(await look({}, undefined, []))).toMatchObject({
      state: "failed",
      fix: `${put} ${vaultSecretName} --file '<file>'`,
    });
  });
});

test("a rotation by the calendar that is due is a warning, and one that is overdue a failure with the command", () => {
  const credential = { kind: "secret", rotateEvery: "90d", firstDay: "2026-11-26", overdueDays: 14 };
  const credentials = [{ kind: "secret", label: "2026-11-26", reference: "client-secret-2026-11-26-1a2b3c4d" }];
  const found = (day: string, changes: object = credential) => {
    const stack = { name: "global", settings: { credential: changes }, outputs: { credentials } } as unknown as Stack;
    const { state, what: message, fixes = [], exitCode } = rotationDue(stack, Date.parse(`${day}T00:00:00Z`)) ?? {};
    return [state, message, fixes.map((fix) => fixText(fix)), exitCode];
  };
  const fixes = ["Rotate, where the scheduled run does not: secure-app-model rotate --scheduled --stack global"];
  expect([found("2027-02-23"), found("2027-02-24"), found("2027-03-11"), found("2027-03-11", {})]).toEqual([
    [undefined, undefined, [], undefined],
    ["warning", "rotation is due since 2027-02-24", fixes, undefined],
    ["failed", "rotation is due since 2027-02-24: it is overdue", fixes, 4],
    [undefined, undefined, [], undefined],
  ]);
});
