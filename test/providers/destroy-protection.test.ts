/** A destroy of the stack that made a vault with another stack's token in it: refused before anything is deleted. */
import { DestroyProtection } from "../../components/destroy-protection";
import { vaultPath } from "../../tools/embedded-cloud/testing/azure";
import type { Ask } from "../../tools/embedded-cloud/testing/callers";
import type { Emulator } from "../../tools/embedded-cloud/testing/emulator";
import { ownEndpoints } from "../support/own-endpoints";
import { freshVault, providerForAll, type ProviderProcess } from "./provider-process";

let emulator: Emulator;
let provider: ProviderProcess;
let code: string;
let ask: Ask;
let askManager: Ask;
let vaultUri: string;
const stack = "secure-application-model/dev";
const other = "secure-application-model/other";
const northwind = "11111111-2222-4333-8444-555555555555";

providerForAll(
  () => new DestroyProtection("partner", false, {}),
  (started) => ({ emulator, provider, code } = started),
);
beforeEach(async () => {
  ({ ask, askManager, vaultUri } = await freshVault(emulator, "secretsOfficer"));
});

async function store(tenant: string, owner: string): Promise<void> {
  const tags = {
    ...{
      application: northwind,
      tenant,
      cloud: "AzureCloud",
      account: northwind,
      "account-name": "svc@partner.example",
    },
    ...{ "consented-at": "2026-11-01T08:00:00.000Z", credential: "client-credential-11111111", stack: owner },
  };
  await ask("PUT", `/secrets/refresh-token-${tenant}?api-version=7.4`, { value: "token-canary", tags });
}

const destroyed = async (changes: object = {}): Promise<string> =>
  await provider
    .delete("destroy-protection", {
      ...{ __provider: code, protect: false, cloud: "AzureCloud", vaultUri, stack },
      ...{ endpoints: ownEndpoints({ authority: emulator.url }), ...changes },
    })
    .then(() => "")
    .catch((error: unknown) => (error as Error).message);

test("its own tokens, and those that the command stored, keep nothing", async () => {
  await store(emulator.seeds.partner.id, stack);
  await store(northwind, "secure-app-model consent");
  expect(await destroyed()).toBe("");
});

test.each([
  ["for another partner tenant", () => northwind],
  ["that was taken over", () => emulator.seeds.partner.id],
])("a valid token of another stack, %s, is named, and a disabled one keeps nothing", async (_, tenantOf) => {
  const [tenant, own] = [tenantOf(), vaultUri.replace(/\/$/u, "")];
  await store(tenant, other);
  expect(await destroyed()).toContain(
    `The vault ${own}, which this stack made, holds a valid token of stack ${other}, as its tags say, and nothing was deleted.`,
  );
  expect(await destroyed({ protect: true })).toContain("This stack is protected");
  // A stack that makes no vault records none.
  await expect(provider.delete("destroy-protection", { __provider: code, protect: false })).resolves.toBeUndefined();
  const { body } = await ask("GET", `/secrets/refresh-token-${tenant}/versions?api-version=7.4`);
  const [{ id }] = (body as { value: [{ id: string }] }).value;
  await ask("PATCH", `${new URL(id).pathname}?api-version=7.4`, { attributes: { enabled: false } });
  expect(await destroyed()).toBe("");
});

test("a vault that is gone keeps nothing", async () => {
  await askManager("DELETE", vaultPath(emulator));
  expect(await destroyed()).toBe("");
});
