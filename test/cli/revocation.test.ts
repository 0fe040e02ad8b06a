/** The steps of `revoke`, where one of them cannot be done: the rest is, and what is left is named with who does it. */
import { AzureApi } from "../../lib/azure/api";
import { clouds } from "../../lib/config/clouds";
import { disableKeys, removeCredentials } from "../../cli/revoke/credentials";
import { type Leave, unfinished } from "../../cli/revoke/next";
import type { Plan } from "../../cli/revoke/plan";
import { leaveOtherSessions, revokeSessions } from "../../cli/revoke/sessions";
import { type DisabledToken, disableTokens } from "../../cli/revoke/tokens";
import { isOwned } from "../../lib/application/own";
import { sentence } from "../../lib/errors/failure";
import { textOf } from "../../lib/errors/text";
import { VaultError } from "../../lib/vault/vault-error";
import { MemoryVault, tags, target, version } from "../token/fixtures";
import { addSecret, registerApplication } from "../../tools/embedded-cloud/testing/applications";
import { tokenFor } from "../../tools/embedded-cloud/testing/callers";
import { type Emulator, emulatorForEach } from "../../tools/embedded-cloud/testing/emulator";

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

async function planWith(roles: string[], changes: Partial<Plan> = {}): Promise<Plan> {
  const origin = emulator.origins.microsoftGraph;
  const token = await tokenFor(emulator, origin, { roles });
  const { tenantId, clientId } = target;
  return {
    ...{ tenantId, clientId, cloud: clouds.AzureCloud, accounts: [], credentials: [], owns: () => true },
    vault: new MemoryVault().asVault,
    stack: { name: "dev", outputs: {} } as Plan["stack"],
    since: new Date(at),
    graph: new AzureApi("Microsoft Graph", origin, {
      getToken: () => Promise.resolve({ token, expiresOnTimestamp: Date.now() + 3_600_000 }),
    }),
    ...changes,
  };
}

/** Holds what a step does against what is expected, and the texts of what it leaves. */
async function expectStep<T>(
  step: (plan: Plan, leave: Leave) => T,
  plan: Plan,
  done: Awaited<T>,
  ...left: (string | RegExp)[]
): Promise<void> {
  const texts: string[] = [];
  expect(await step(plan, (error) => texts.push((error as Error).message))).toEqual(done);
  expect(texts).toEqual(left.map((text) => expect.stringMatching(new RegExp(text, "u")) as string));
}

describe("tokens", () => {
  const elsewhere = { ...tags, tenant: otherTenant, account: otherTenant, "account-name": "svc@other.example" };
  const foreign = "eeeeeeee-1111-4222-8333-444444444444";
  const nameOf = (tenant: string) => `refresh-token-${tenant}`;
  const holding = (...others: Record<string, string>[]): MemoryVault => {
    const vault = new MemoryVault(version("v1", at));
    for (const own of others)
      vault.kept.set(nameOf(String(own["tenant"])), [
        { version: version("x", at, { tags: own }), secret: { value: "", contentType: "", tags: {} } },
      ]);
    return vault;
  };
  const disabledOf = (tenantId: string, own: Record<string, string> = tags) => ({
    ...{ name: nameOf(tenantId), tenantId, disabled: 1 },
    accounts: [{ id: own["account"], name: own["account-name"] }],
  });
  const disabled = [disabledOf(target.tenantId), disabledOf(otherTenant, elsewhere)] as DisabledToken[];

  test("of every tenant are disabled, another application's are not", async () => {
    const vault = holding(elsewhere, { ...tags, tenant: foreign, application: otherTenant });
    await expectStep(disableTokens, await planWith([], { vault: vault.asVault }), disabled);
    const isEnabled = (tenant: string) => vault.kept.get(nameOf(tenant))?.[0]?.version.enabled;
    expect([vault.enabled, isEnabled(otherTenant), isEnabled(foreign)]).toEqual([{ v1: false }, false, true]);
  });

  test("that a vault does not list do not keep the own one enabled", async () => {
    const vault = holding(elsewhere);
    jest.spyOn(vault, "listed").mockRejectedValue(new VaultError("no-role", "Listing failed: 403."));
    const plan = await planWith([], { vault: vault.asVault });
    await expectStep(disableTokens, plan, disabled.slice(0, 1), "Listing failed: 403.");
    expect(vault.enabled).toEqual({ v1: false });
  });

  test("of nobody's tags are not passed by, where the own ones are", async () => {
    const vault = new MemoryVault(version("v1", at, { tags: { ...tags, application: "x" } }), version("v2", at));
    const plan = await planWith([], { vault: vault.asVault });
    const left = /left unchanged: 1\. .*az keyvault secret set-attributes --id .*\/v1 --enabled false/u;
    await expectStep(disableTokens, plan, disabled.slice(0, 1), left);
    expect(vault.enabled).toEqual({ v1: true, v2: false });
  });

  test("of which the vault has none are not told to be disabled", async () => {
    const left = "has no refresh token of application .* az keyvault secret list-versions --id ";
    await expectStep(disableTokens, await planWith([]), [], left);
  });

  test.each<[string, Plan["accounts"], string[]]>([
    ["that were not named before", [], [`${tags["account-name"]} .* az .*/users/${tags.account}/revokeSignInSessions`]],
    ["that were named", disabled.flatMap(({ accounts }) => accounts), []],
  ])("sessions of accounts %s, and of other tenants", async (_, accounts, own) => {
    const elsewhere = `svc@other\\.example \\(${otherTenant}\\) in ${otherTenant}\\..* az rest --method POST`;
    const step = (plan: Plan, leave: Leave) => {
      leaveOtherSessions(plan, disabled, leave);
    };
    const left = [...own, elsewhere].map((text) => `not revoked: ${text}`);
    await expectStep(step, await planWith([], { accounts }), undefined, ...left);
  });
});

describe("credentials", () => {
  const planOf = async (role: string) => {
    const { application, clientId } = registerApplication(emulator);
    const credentials = application.passwordCredentials.map(({ keyId }) => ({
      ...{ kind: "secret" as const, label: "initial" },
      keyId,
    }));
    const keyId = String(credentials[0]?.keyId);
    return { application, keyId, plan: await planWith([role], { clientId, credentials }) };
  };

  test("a removal whose answer was lost is one, though its repetition is refused; a second run finds that it is gone", async () => {
    const { application, plan } = await planOf("Application.ReadWrite.All");
    emulator.faults.add({ service: "microsoftGraph", path: "*/removePassword", drop: "answer" });
    await expectStep(removeCredentials, plan, ["initial"]);
    expect(application.passwordCredentials).toEqual([]);
    await expectStep(removeCredentials, plan, []);
  });

  test("of an application that is not seen to be the stack's stay, and a person gets the command", async () => {
    const { application, plan, keyId } = await planOf("Application.ReadWrite.All");
    const command = `az ad app credential delete --id ${plan.clientId} --key-id ${keyId}`;
    const left = `^initial was not removed: .*"${application.displayName}" .* no identifier URI of stack dev.*${command}$`;
    const unlike = {
      ...plan,
      owns: ({ displayName }: { displayName: string }) => displayName !== application.displayName,
    };
    await expectStep(removeCredentials, unlike, [], left);
    expect(application.passwordCredentials).toHaveLength(1);
    // Removed by that person, nothing is left.
    application.passwordCredentials = [];
    await expectStep(removeCredentials, unlike, []);
  });

  test.each([
    ["the identifier URI of the stack", { identifierUris: [`https://partner.example/own`] }, "", true],
    ["another one", { identifierUris: [`https://partner.example/others`] }, "", false],
    ["none, but the setting names it", { identifierUris: [] }, otherTenant.toUpperCase(), true],
    ["none, and the setting names another", { identifierUris: [] }, target.clientId, false],
  ])("an application with %s", (_, shown, existing, is) => {
    expect(isOwned({ id: otherTenant, appId: "a", ...shown }, existing, "partner", "own")).toBe(is);
  });

  test("of an application that is not there are not taken for gone", async () => {
    const { plan, keyId } = await planOf("Application.ReadWrite.All");
    const listed = `az ad app list --all --query .*\\[\\?passwordCredentials\\[\\?keyId==.*${keyId}`;
    const left = `^initial may still be .*there is no application ${otherTenant} .* ${listed}`;
    await expectStep(removeCredentials, { ...plan, clientId: otherTenant }, [], left);
  });

  test("of an application that somebody deleted come back with it, for 30 days: that is told, with the command", async () => {
    const { application, plan } = await planOf("Application.ReadWrite.All");
    await plan.graph.delete(`/v1.0/applications/${application.id}`);
    const left =
      `^initial is a credential of application ${plan.clientId}, which somebody deleted on 20.* if the application is restored, .*` +
      `az rest --method DELETE --url \\S+/v1\\.0/directory/deletedItems/${application.id}$`;
    await expectStep(removeCredentials, plan, [], left);
    // The printed command's request.
    await plan.graph.delete(`/v1.0/directory/deletedItems/${application.id}`);
    await expectStep(removeCredentials, plan, [], "there is no application");
  });

  const certificate = (find: () => Promise<object>, update?: jest.Mock) => ({
    vault: { uri: target.vaultUri, certificates: { find, update } } as unknown as Plan["vault"],
    credentials: [
      {
        ...{ kind: "certificate" as const, label: "initial" },
        ...{ keyId: otherTenant, certificate: { name: "n", version: "v" } },
      },
    ],
  });

  test.each([
    ["Application.Read.All", false],
    ["User.Read.All", false],
    ["Application.ReadWrite.All", true],
  ])(
    "a certificate's key signs nothing more, whatever Graph answers (%s, application gone: %s)",
    async (role, isGone) => {
      const { application, plan } = await planOf(role);
      Object.assign(application, {
        keyCredentials: [{ keyId: otherTenant, type: "AsymmetricX509Cert", usage: "Verify" }],
      });
      const update = jest.fn(() => Promise.resolve());
      const held = certificate(() => Promise.resolve({ enabled: true, tags: { label: "initial" } }), update);
      const changed = { ...plan, ...held, ...(isGone && { clientId: otherTenant }) };
      const left = isGone ? /keyCredentials\[\?keyId==/u : `^initial .*--key-id ${otherTenant} --cert$`;
      await expectStep(removeCredentials, changed, [], left);
      await expectStep(disableKeys, changed, undefined);
      expect(update.mock.calls).toEqual([["n", "v", { enabled: false, tags: { label: "initial", revoked: "true" } }]]);
    },
  );

  test("a certificate that the vault keeps enabled is named with the command", async () => {
    const unreadable = certificate(() => Promise.reject(new VaultError("no-role", "Reading failed: 403.")));
    const command = "az keyvault certificate set-attributes --id .*/certificates/n/v --enabled false";
    const left = `^The key of initial .*403\\. .*${command}`;
    await expectStep(disableKeys, await planWith([], unreadable), undefined, left);
  });

  test("without the right the command for an owner is printed", async () => {
    const { application, plan, keyId } = await planOf("Application.Read.All");
    const command = `az ad app credential delete --id ${plan.clientId} --key-id ${keyId}`;
    const left = `^initial may still be a credential of application ${plan.clientId}\\. .*403.*${command}$`;
    await expectStep(removeCredentials, plan, [], left);
    expect(application.passwordCredentials).toHaveLength(1);
  });

  test("one that the stack did not make is left, and its maker named", async () => {
    const left =
      "^Stack dev did not make the credential that the token uses: .*Whoever made the client secret in the vault removes it from";
    await expectStep(removeCredentials, await planWith([]), [], left);
    const { application, plan } = await planOf("Application.Read.All");
    await expectStep(removeCredentials, { ...plan, credentials: [] }, [], left);
    // The stack's own one from before goes, and what the token uses stays.
    const before = await planOf("Application.ReadWrite.All");
    addSecret(before.application);
    await expectStep(removeCredentials, { ...before.plan, isOthers: true }, ["initial"], left);
    // Its maker has removed it: nothing is left.
    application.passwordCredentials = [];
    await expectStep(removeCredentials, { ...plan, credentials: [] }, []);
  });
});

describe("sessions", () => {
  const nobody = { id: otherTenant, name: "gone@partner.example" };
  const may = "User.RevokeSessions.All";

  test("of an account that is not in this tenant are not told to be revoked; of one whose sessions stay the command is printed", async () => {
    const account = { id: emulator.seeds.users.serviceAccount.id, name: "" };
    const gone = "^There is no account gone@.* in tenant .* az rest --method POST ";
    await expectStep(revokeSessions, await planWith([may], { accounts: [nobody, account] }), [account], gone);
    const stay = `az rest --method POST --url ${emulator.origins.microsoftGraph}/v1.0/users/`;
    await expectStep(revokeSessions, await planWith(["User.Read.All"], { accounts: [account] }), [], stay);
  });

  test("are not revoked where Graph says so, or it is not known whose", async () => {
    emulator.faults.add({ service: "microsoftGraph", path: "/v1.0/users/*", status: 200, body: { value: false } });
    await expectStep(revokeSessions, await planWith([may], { accounts: [nobody] }), [], "answers that it did not");
    const unknown = "^Could not tell whose sign-in sessions to revoke: .* az rest --method POST ";
    await expectStep(revokeSessions, await planWith([may]), [], unknown);
  });
});

test("of several refusals by one vault the fix is printed once", () => {
  const refused = (what: string) => new VaultError("no-role", `${what} failed: 403.`, sentence("Assign the role."));
  const text = textOf(unfinished("dev", [refused("Disabling"), refused("Listing")]));
  expect(text).toMatch(/^Not all of stack dev is revoked\. Disabling failed: 403\. Listing failed: 403\./u);
  expect(text.match(/Assign the role/gu)).toHaveLength(1);
});
