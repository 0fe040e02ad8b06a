/** The steps of `revoke`, where one of them cannot be done: the rest is, and what is left is named with who does it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { AzureApi } from "../../lib/azure/api";
import { clouds } from "../../lib/config/clouds";
import { disableKeys, removeCredentials } from "../../cli/revoke/credentials";
import { logLines, logsFor } from "../../cli/revoke/logs";
import { unfinished } from "../../cli/revoke/next";
import type { Plan } from "../../cli/revoke/plan";
import { revokeSessions, sessionsElsewhere, sessionsNotNamed } from "../../cli/revoke/sessions";
import { disableTokens } from "../../cli/revoke/tokens";
import { sentence } from "../../lib/errors/failure";
import { textOf } from "../../lib/errors/text";
import { VaultError } from "../../lib/vault/vault-error";
import { MemoryVault, tags, target, version } from "../consent/fixtures";
import { registerApplication } from "../../embedded-cloud/testing/applications";
import { tokenFor } from "../../embedded-cloud/testing/callers";
import { type Emulator, emulatorForEach } from "../../embedded-cloud/testing/emulator";

let emulator: Emulator;
emulatorForEach((started) => {
  emulator = started;
  jest.spyOn(process.stderr, "write").mockReturnValue(true);
});
afterEach(() => {
  jest.restoreAllMocks();
});

const at = "2026-11-01T08:00:00Z";
const otherTenant = "dddddddd-1111-4222-8333-444444444444";

async function planWith(roles: string[], vault = new MemoryVault(), changes: Partial<Plan> = {}): Promise<Plan> {
  const origin = emulator.origins.microsoftGraph;
  const token = await tokenFor(emulator, origin, { roles });
  const { tenantId, clientId } = target;
  return {
    ...{ tenantId, clientId, cloud: clouds.AzureCloud, vault: vault.asVault, accounts: [], credentials: [] },
    stack: { name: "dev", outputs: {} } as Plan["stack"],
    since: new Date(at),
    graph: new AzureApi("Microsoft Graph", origin, {
      getToken: () => Promise.resolve({ token, expiresOnTimestamp: Date.now() + 3_600_000 }),
    }),
    ...changes,
  };
}

const textsOf = (left: readonly unknown[]) => left.map((one) => (one as Error).message);

describe("tokens", () => {
  const elsewhere = { ...tags, tenant: otherTenant, account: otherTenant, "account-name": "svc@other.example" };
  const holding = (...others: [string, Record<string, string>][]): MemoryVault => {
    const vault = new MemoryVault(version("v1", at));
    for (const [name, own] of others)
      vault.kept.set(name, [
        { version: version("x", at, { tags: own }), secret: { value: "", contentType: "", tags: {} } },
      ]);
    return vault;
  };
  const isEnabled = (vault: MemoryVault, name: string) => vault.kept.get(name)?.[0]?.version.enabled;

  test("of every tenant are disabled, another application's are not; who ends the sessions of another tenant's account is named", async () => {
    const foreign = "refresh-token-eeeeeeee-1111-4222-8333-444444444444";
    const vault = holding(
      [`refresh-token-${otherTenant}`, elsewhere],
      [foreign, { ...tags, tenant: foreign.slice(14), application: otherTenant }],
    );
    const plan = await planWith([], vault);
    const step = await disableTokens(plan);
    expect(step.left).toEqual([]);
    expect(step.done.map(({ tenantId, disabled }) => [tenantId, disabled])).toEqual([
      [target.tenantId, 1],
      [otherTenant, 1],
    ]);
    expect(vault.enabled).toEqual({ v1: false });
    expect([isEnabled(vault, `refresh-token-${otherTenant}`), isEnabled(vault, foreign)]).toEqual([false, true]);
    expect(sessionsElsewhere(plan, step)?.message).toMatch(
      new RegExp(
        `not revoked: svc@other\\.example \\(${otherTenant}\\) in ${otherTenant}\\..* az rest --method POST`,
        "u",
      ),
    );
  });

  test("that a vault does not list do not keep the own one enabled", async () => {
    const vault = holding([`refresh-token-${otherTenant}`, elsewhere]);
    jest.spyOn(vault, "names").mockRejectedValue(new VaultError("no-role", "Listing failed: 403."));
    const { done, left } = await disableTokens(await planWith([], vault));
    expect([done.map(({ tenantId }) => tenantId), textsOf(left)]).toEqual([
      [target.tenantId],
      [expect.stringContaining("Listing failed: 403.")],
    ]);
    expect(vault.enabled).toEqual({ v1: false });
  });

  test("of nobody's tags are not passed by, where the own ones are", async () => {
    const nobodys = { ...tags, application: "x" };
    const vault = new MemoryVault(version("v1", at, { tags: nobodys }), version("v2", at));
    const { done, left } = await disableTokens(await planWith([], vault));
    expect([done.length, vault.enabled]).toEqual([1, { v1: true, v2: false }]);
    expect(textsOf(left)).toEqual([
      expect.stringMatching(/left alone: 1\. .*az keyvault secret set-attributes --id .*\/v1 --enabled false/u),
    ]);
  });

  test("of which the vault has none are not told to be disabled", async () => {
    const { done, left } = await disableTokens(await planWith([]));
    expect([done, textsOf(left)]).toEqual([
      [],
      [expect.stringMatching(/has no refresh token of application .* az keyvault secret list-versions --id /u)],
    ]);
  });
});

describe("credentials", () => {
  const planOf = async (roles: string[], label = "initial") => {
    const { application, clientId } = registerApplication(emulator);
    const credentials = application.passwordCredentials.map(({ keyId }) => ({ kind: "secret" as const, label, keyId }));
    return { application, plan: await planWith(roles, undefined, { clientId, credentials }) };
  };

  test("a removal whose answer was lost is one, though its repetition is refused", async () => {
    const { application, plan } = await planOf(["Application.ReadWrite.All"]);
    emulator.faults.add({ service: "microsoftGraph", path: "*/removePassword", drop: "answer" });
    expect(await removeCredentials(plan)).toEqual({ done: ["initial"], left: [] });
    expect(application.passwordCredentials).toEqual([]);
  });

  test("a second run finds that it is gone; an application that is not there is none whose credentials are gone", async () => {
    const { application, plan } = await planOf(["Application.ReadWrite.All"]);
    expect(await removeCredentials(plan)).toEqual({ done: ["initial"], left: [] });
    expect(application.passwordCredentials).toEqual([]);
    expect(await removeCredentials(plan)).toEqual({ done: [], left: [] });
    const { done, left } = await removeCredentials({ ...plan, clientId: otherTenant });
    const keyId = String(plan.credentials[0]?.keyId);
    expect([done, textsOf(left)]).toEqual([
      [],
      [
        expect.stringMatching(
          new RegExp(
            `^initial may still be .*there is no application ${otherTenant} .* az ad app list --all --query `,
            "u",
          ),
        ),
      ],
    ]);
    expect(textsOf(left).join()).toMatch(new RegExp(`\\[\\?passwordCredentials\\[\\?keyId==.*${keyId}`, "u"));
  });

  test("of an application that somebody deleted come back with it, for 30 days: that is told, with the command", async () => {
    const { application, plan } = await planOf(["Application.ReadWrite.All"]);
    await plan.graph.delete(`/v1.0/applications/${application.id}`);
    const { done, left } = await removeCredentials(plan);
    expect([done, textsOf(left)]).toEqual([
      [],
      [
        expect.stringMatching(
          new RegExp(
            `^initial is a credential of application ${plan.clientId}, which somebody deleted on 20.* once the application is restored, .*` +
              `az rest --method DELETE --url \\S+/v1\\.0/directory/deletedItems/${application.id}$`,
            "u",
          ),
        ),
      ],
    ]);
    // The printed command's request.
    await plan.graph.delete(`/v1.0/directory/deletedItems/${application.id}`);
    expect(textsOf((await removeCredentials(plan)).left)).toEqual([expect.stringContaining("there is no application")]);
  });

  test.each([
    ["Application.Read.All", false],
    ["User.Read.All", false],
    ["Application.ReadWrite.All", true],
  ])(
    "a certificate's key signs nothing more, whatever Graph answers (%s, application gone: %s)",
    async (role, isGone) => {
      const { application, plan } = await planOf([role]);
      const certificate = { name: "client-certificate-initial", version: "v" };
      const credential = { kind: "certificate" as const, label: "initial", keyId: otherTenant, certificate };
      Object.assign(application, {
        keyCredentials: [{ keyId: otherTenant, type: "AsymmetricX509Cert", usage: "Verify" }],
      });
      const update = jest.fn(() => Promise.resolve());
      const find = () => Promise.resolve({ enabled: true, tags: { label: "initial" } });
      const vault = { uri: target.vaultUri, certificates: { find, update } } as unknown as Plan["vault"];
      const changes = { vault, credentials: [credential], ...(isGone && { clientId: otherTenant }) };
      const [removed, disabled] = await Promise.all([
        removeCredentials({ ...plan, ...changes }),
        disableKeys({ ...plan, ...changes }),
      ]);
      expect(textsOf(removed.left)).toEqual([
        expect.stringMatching(
          isGone ? /keyCredentials\[\?keyId==/u : new RegExp(`^initial .*--key-id ${otherTenant} --cert$`, "u"),
        ),
      ]);
      expect(disabled.left).toEqual([]);
      expect(update.mock.calls).toEqual([
        ["client-certificate-initial", "v", { enabled: false, tags: { label: "initial", revoked: "true" } }],
      ]);
    },
  );

  test("a certificate that the vault keeps enabled is named with the command", async () => {
    const find = () => Promise.reject(new VaultError("no-role", "Reading failed: 403."));
    const vault = { uri: target.vaultUri, certificates: { find } } as unknown as Plan["vault"];
    const certificate = { name: "n", version: "v" };
    const credentials = [{ kind: "certificate" as const, label: "initial", keyId: otherTenant, certificate }];
    expect(textsOf((await disableKeys({ ...(await planWith([])), vault, credentials })).left)).toEqual([
      expect.stringMatching(
        /^The key of initial .*403\. .*az keyvault certificate set-attributes --id .*\/certificates\/n\/v --enabled false/u,
      ),
    ]);
  });

  test("without the right the command for an owner is printed", async () => {
    const { application, plan } = await planOf(["Application.Read.All"]);
    const { done, left } = await removeCredentials(plan);
    expect([done, textsOf(left)]).toEqual([
      [],
      [
        expect.stringMatching(
          new RegExp(
            `^initial may still be a credential of application ${plan.clientId}\\. .*403.*` +
              `az ad app credential delete --id ${plan.clientId} --key-id ${String(plan.credentials[0]?.keyId)}$`,
            "u",
          ),
        ),
      ],
    ]);
    expect(application.passwordCredentials).toHaveLength(1);
  });

  test("one that the stack did not make is left, and its maker named", async () => {
    const { left } = await removeCredentials(await planWith([]));
    expect(textsOf(left)).toEqual([
      expect.stringMatching(/^Stack dev made no credential: .*Whoever made the one in the vault takes it off/u),
    ]);
  });
});

describe("sessions", () => {
  const nobody = { id: otherTenant, name: "gone@partner.example" };

  test("of an account that is not in this tenant are not told to be revoked; of one whose sessions stay the command is printed", async () => {
    const account = { id: emulator.seeds.users.serviceAccount.id, name: "" };
    const may = await planWith(["User.RevokeSessions.All"], undefined, { accounts: [nobody, account] });
    const step = await revokeSessions(may);
    expect([step.done, textsOf(step.left)]).toEqual([
      [account],
      [expect.stringMatching(/^There is no account gone@.* in tenant .* az rest --method POST /u)],
    ]);
    const mayNot = await planWith(["User.Read.All"], undefined, { accounts: [account] });
    const { done, left } = await revokeSessions(mayNot);
    expect([done, textsOf(left)]).toEqual([
      [],
      [expect.stringContaining(`az rest --method POST --url ${emulator.origins.microsoftGraph}/v1.0/users/`)],
    ]);
  });

  test("are not revoked where Graph says so, or it is not known whose", async () => {
    emulator.faults.add({ service: "microsoftGraph", path: "/v1.0/users/*", status: 200, body: { value: false } });
    const refused = await revokeSessions(
      await planWith(["User.RevokeSessions.All"], undefined, { accounts: [nobody] }),
    );
    expect([refused.done, refused.left.length]).toEqual([[], 1]);
    const unknown = await revokeSessions(await planWith(["User.RevokeSessions.All"]));
    expect([unknown.done, textsOf(unknown.left)]).toEqual([
      [],
      [expect.stringMatching(/^Whose sign-in sessions .* is not known: .* az rest --method POST /u)],
    ]);
  });

  test("of an account that nobody was asked about are left, with the command", async () => {
    const plan = await planWith([]);
    const token = { name: "", tenantId: target.tenantId, disabled: 1, accounts: [nobody] };
    expect(sessionsNotNamed(plan, { done: [token], left: [] })?.message).toMatch(
      new RegExp(
        `gone@partner\\.example .* az rest --method POST --url .*/users/${nobody.id}/revokeSignInSessions`,
        "u",
      ),
    );
    expect(sessionsNotNamed({ ...plan, accounts: [nobody] }, { done: [token], left: [] })).toBeUndefined();
  });
});

test("of several refusals by one vault the fix is printed once", () => {
  const refused = (what: string) => new VaultError("no-role", `${what} failed: 403.`, sentence("Assign the role."));
  const text = textOf(unfinished("dev", [refused("Disabling"), refused("Listing")]));
  expect(text).toMatch(/^Not all of stack dev is revoked\. Disabling failed: 403\. Listing failed: 403\./u);
  expect(text.match(/Assign the role/gu)).toHaveLength(1);
});

test("docs/stolen-token.md has what the command says of the logs", () => {
  const logs = logsFor({
    clientId: "<client id>",
    tenantId: "<tenant>",
    accounts: [{ id: "<object id>", name: "<account>" }],
    since: new Date(0),
    vault: { uri: "https://vault.example" },
  });
  const lines = logLines(logs).map((line) =>
    line
      .replace("https://vault.example", "<vault>")
      .replace("vault.example", "<vault's host>")
      .replace(new Date(0).toISOString(), "<time>"),
  );
  expect(readFileSync(join(__dirname, "../../docs/stolen-token.md"), "utf8")).toContain(lines.join("\n"));
});
