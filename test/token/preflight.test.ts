import { probeName } from "../../lib/token/target";
import { preflight } from "../../lib/token/writer";
import { VaultError } from "../../lib/vault/vault-error";
import { failureOf } from "../oauth/failure";
import { fakeEntra, fakeEntraOf, refusal } from "../oauth/fake-entra";
import { MemoryVault, target } from "./fixtures";

jest.mock("node:timers/promises", () => ({ setTimeout: () => Promise.resolve() }));

const lines: string[] = [];
const application = { tenantId: target.tenantId, clientId: target.clientId, clientSecret: "the secret" };
const proven = { application, versions: [] };
const check = async (vault: MemoryVault, deadline = Date.now() + 60_000) => {
  const awaiting = { ...target, awaitsRole: true };
  const { credential, versions } = await preflight(awaiting, vault.asVault, (line) => lines.push(line), deadline);
  return { application: await credential.use((one) => Promise.resolve(one)), versions };
};

beforeEach(() => {
  lines.length = 0;
  fakeEntraOf(target.tenantId, () => ({ body: {} }));
});
afterEach(() => {
  jest.restoreAllMocks();
});
const round = [`list ${target.refreshTokenName}`, `store ${probeName}`, `read ${target.credential}`] as const;

test("all that a sign-in needs afterwards is proven: cloud, list, write, credential", async () => {
  const unused = MemoryVault.withSecret();
  await preflight(target, unused.asVault, (line) => lines.push(line));
  expect(unused.calls).toEqual(round);
  const vault = MemoryVault.withSecret();
  expect(await check(vault)).toEqual(proven);
  expect(vault.calls).toEqual(round);
  expect(vault.kept.get(probeName)?.map(({ secret }) => secret)).toEqual([
    { value: "probe", contentType: "text/plain", tags: {}, enabled: false },
  ]);
  expect(lines).toEqual([]);
});

test("a tenant of another cloud fails before the vault is asked", async () => {
  fakeEntra(() => refusal("invalid_tenant", "AADSTS90002: Tenant not found."));
  const vault = MemoryVault.withSecret();
  expect(await failureOf(check(vault))).toMatchObject({ name: "EntraError", remedy: "tenant" });
  expect(vault.calls).toEqual([]);
});

test("the name of a vault that was just made is waited for, and said so once; then a role that does not act yet", async () => {
  const vault = MemoryVault.withSecret();
  const unresolved = new VaultError("unresolved", "ENOTFOUND");
  const noRole = new VaultError("no-role", "403");
  vault.failures.push(unresolved, unresolved, noRole, noRole);
  expect(await check(vault)).toEqual(proven);
  expect(vault.calls).toEqual([...Array<string>(4).fill(round[0]), ...round]);
  expect(lines).toEqual([
    expect.stringMatching(
      `^Waiting for the name of ${target.vaultUri} to resolve \\(that of a new vault can take minutes\\), for at most 5 minutes …$`,
    ),
    expect.stringMatching(
      /^Waiting for the role assignment on the vault to take effect, for at most \d+ (?:minutes|seconds) …$/u,
    ),
  ]);
});

test("a name that never resolves is told after five minutes, though a role would be waited for longer", async () => {
  const vault = MemoryVault.withSecret();
  const unresolved = new VaultError("unresolved", "ENOTFOUND");
  vault.failures.push(...Array.from({ length: 1000 }, () => unresolved));
  let asked = Date.now();
  jest.spyOn(Date, "now").mockImplementation(() => (asked += 1000));
  const started = asked;
  await expect(check(vault, started + 15 * 60_000)).rejects.toBe(unresolved);
  expect(asked - started).toBeLessThan(6 * 60_000);
});

test("a role that never acts is told after the deadline", async () => {
  const vault = MemoryVault.withSecret();
  const failure = new VaultError("no-role", "403");
  vault.failures.push(failure);
  await expect(check(vault, Date.now())).rejects.toBe(failure);
});

test.each(["no-role", "unresolved"] as const)(
  "what the stack does not make is not waited for: a vault that answers %s",
  async (reason) => {
    const vault = MemoryVault.withSecret();
    const failure = new VaultError(reason, "refused");
    vault.failures.push(failure);
    await expect(preflight(target, vault.asVault, (line) => lines.push(line))).rejects.toBe(failure);
    expect([vault.calls, lines]).toEqual([[round[0]], []]);
  },
);

test.each(["firewall", "not-found", "unreachable", "disabled", "other"] as const)(
  "a vault that answers %s is not waited for",
  async (reason) => {
    const vault = MemoryVault.withSecret();
    const failure = new VaultError(reason, "refused");
    vault.failures.push(failure);
    await expect(check(vault)).rejects.toBe(failure);
    expect([vault.calls, lines]).toEqual([[round[0]], []]);
  },
);
