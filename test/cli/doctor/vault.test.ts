import { judgeRefreshToken } from "../../../cli/doctor/checks/refresh-token";
import { judgeRefusal } from "../../../cli/doctor/checks/vault";
import type { Health } from "../../../lib/consent/lifetime";
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
  ["closed", /is closed to the public network$/u, /private endpoint or its rules allow/u],
  ["unreachable", /does not answer$/u, /az keyvault show --name contoso; or: Recover a deleted vault, .*: pulumi up$/u],
  ["other", /could not tell: said$/u, /^Check again/u],
])("a vault that fails as %s", (reason, found, fix) => {
  const finding = judgeRefusal(uri, { reason, what: "said" }, "o", 2);
  expect([finding.state, finding.exitCode]).toEqual(["failed", 1]);
  expect(finding.what).toMatch(found);
  expect(told(finding).fix).toMatch(fix);
});

test("a login without a role on the secrets is given those for the stack's certificate at once", () => {
  const finding = judgeRefusal(uri, { reason: "no-role", what: "said" }, "o", 0, "client-certificate-1a2b3c4d");
  const roles = (finding.fixes ?? []).flatMap(({ commands = [] }) => commands.map(({ args }) => args.join(" ")));
  expect(roles.slice(1)).toEqual([
    "role assignment create --role Key Vault Secrets Officer --assignee o --scope <vault id>",
    "role assignment create --role Key Vault Certificates Officer --assignee o --scope <vault id>",
    "role assignment create --role Key Vault Crypto User --assignee o --scope <vault id>/keys/client-certificate-1a2b3c4d",
  ]);
});

const stored = version("v1", "2026-11-01T08:00:00Z", { expiresOn: new Date("2026-12-05T12:00:00Z") });
const limits = { warnDays: 30, failDays: 7 };
const whose = "svc@partner.example, consented on 2026-11-01,";
const renew = `Renew it: ${own} renew; or: Consent again: ${own} consent --force`;
const again = `Consent again: ${own} consent --force`;
const ended = (what: string, fix: string) => ({ state: "failed", what, fix, exitCode: 3 });

test.each<[Health, Partial<SecretVersion> | undefined, number, object]>([
  ["ok", {}, 10, { state: "ok", what: `${whose} 10 days left` }],
  ["expiring", {}, 30, { state: "warning", what: `${whose} 10 days left`, fix: renew }],
  ["expiring", { expiresOn: new Date("2026-12-02T11:59:59Z") }, 30, ended(`${whose} 6 days left`, renew)],
  ["missing", undefined, 30, ended("refresh-token-t: there is none", `Consent: ${own} consent --tenant t`)],
  ["disabled", {}, 30, ended("refresh-token-t: its newest version is disabled", again)],
  [
    "foreign",
    {},
    30,
    ended("refresh-token-t: its newest version is another application's, or was not stored by this project", again),
  ],
  ["expired", {}, 30, ended("refresh-token-t: it has ended", again)],
])("a refresh token that is %s, with %j", (health, changes, warnDays, finding) => {
  const found = changes && { ...stored, ...changes };
  expect(told(judgeRefreshToken({ health, version: found }, "t", { ...limits, warnDays }, now))).toEqual(finding);
});
