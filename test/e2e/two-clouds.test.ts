/** Two stacks from the committed templates, one in each cloud, concurrently; neither may reach the other's cloud. */
import { join } from "node:path";
import type { CloudName, Emulator, LoggedRequest } from "../../tools/embedded-cloud/testing/emulator";
import { story } from "../support/story";
import { secureAppModel } from "./support/command";
import { regions } from "./support/dev-configuration";
import { Project, type StackOutputs, startEmulator } from "./support/project";
import { testInSoak } from "./support/soak";

let emulator: Emulator;
let global: Project;
let usgov: Project;

/** For both stacks at once, each with the other one's project. */
function both<T>(work: (own: Project, other: Project) => Promise<T>): Promise<[T, T]> {
  return Promise.all([work(global, usgov), work(usgov, global)]);
}

const requestsAt = (name: CloudName): LoggedRequest[] =>
  emulator.requests.entries().filter(({ cloud }) => cloud === name);

/** Runs only one stack, with an empty log, so that the log contains its requests to any cloud. */
async function alone<T>(work: () => Promise<T>): Promise<{ result: T; reached: string[] }> {
  emulator.requests.clear();
  const result = await work();
  return { result, reached: [...new Set(emulator.requests.entries().map(({ cloud }) => cloud))] };
}

/** Applications and resource groups that a deployment added to a cloud. */
function made({ cloud }: Project): number {
  const [tenant] = cloud.tenants.values();
  const groups = [...(tenant?.subscriptions.values() ?? [])].map(({ resourceGroups }) => resourceGroups.size);
  return groups.reduce((sum, size) => sum + size, 0) + (tenant?.applications.size ?? 0) - 1;
}

/** A cloud's requests by caller, target and host: only its own stack, for its own resources, at its own hosts. */
function expectOwnRequests({ cloud, seeds }: Project, outputs: StackOutputs, foreign: string[]): void {
  const log = requestsAt(cloud.row.name);
  const clients = new Set(log.map(({ client }) => client).filter((client) => client !== undefined));
  expect(clients).toEqual(new Set([seeds.deployer.clientId, outputs.applicationId]));
  expect(log.filter(({ path }) => foreign.some((name) => path.includes(name)))).toEqual([]);
  const origins = [...Object.values<string>({ ...cloud.origins }), outputs.vaultUri];
  const hosts = origins.map((origin) => new URL(origin).host);
  expect(log.filter(({ host }) => !hosts.includes(host))).toEqual([]);
}

beforeAll(async () => {
  emulator = await startEmulator(["AzureCloud", "AzureUSGovernment"]);
  global = await Project.start({ emulator, cloud: "AzureCloud", stack: "global" });
  usgov = await Project.start({ emulator, cloud: "AzureUSGovernment", stack: "usgov" });
  // The settings for this machine's clouds, where the sign-ins of the two stacks are concurrent; a real stack has neither.
  await both((own) => own.set({ endpoints: join(own.folder, "endpoints.json"), "consent.port": own.signInPort }));
});
afterAll(async () => {
  await both((own) => own.close());
  await emulator.close();
});

testInSoak("a template says in the preview which three settings are missing, and nothing else", async () => {
  for (const own of [global, usgov]) {
    const { code, text } = await own.pulumi("preview");
    expect(code).toBe(1);
    expect(text).toContain("The configuration of this stack has 3 problems:");
    const paths = [...text.matchAll(/^\s*secure-application-model:(\S+)$/gmu)].map(([, path]) => path);
    expect(paths).toEqual(["vault.name", "vault.location", "consent.account"]);
  }
});

describe("with its three settings, and grants to the account or to everybody", () => {
  const test = story();
  beforeAll(async () => {
    await both((own) =>
      own.set({
        "vault.name": `partner-tokens-${own.stack}`,
        "vault.location": regions[own.cloud.row.name],
        "consent.account": own.seeds.users.serviceAccount.userPrincipalName,
        // Their accounts are ordinary ones: the template of the other one says account.
        ...(own === usgov && { adminConsent: "everybody" }),
      }),
    );
  });

  test("a stack on a tenant of the other cloud fails in preview with the line to change, and asks only where the tenant lives", async () => {
    const [here, other] = [global.cloud.row, usgov.cloud.row];
    const { ARM_TENANT_ID } = global.environment;
    global.environment["ARM_TENANT_ID"] = usgov.seeds.partner.id;
    const { result, reached } = await alone(() => global.pulumi("preview"));
    global.environment["ARM_TENANT_ID"] = ARM_TENANT_ID;
    expect(reached).toEqual([here.name]);
    expect(requestsAt(here.name).map(({ service, path }) => [service, path])).toEqual([
      ["authority", `/${usgov.seeds.partner.id}/v2.0/.well-known/openid-configuration`],
    ]);
    expect([made(global), made(usgov), result.code]).toEqual([0, 0, 1]);
    expect(result.text.replace(/\s+/gu, " ")).toContain(
      `is not in ${here.name}: its discovery document names ${other.instanceName}, which is ${other.name}. ` +
        `Signing in would fail with AADSTS90038. The tenant is named by ARM_TENANT_ID. Set the tenant's own cloud: ` +
        `pulumi config set secure-application-model:cloud ${other.name}`,
    );
  });

  test("both come up at once, each in its own cloud, and no request of one is in the other's log", async () => {
    emulator.requests.clear();
    const texts = await both((own) => own.up());
    expect(texts.map((text) => /Tenant \S+ in .*$/mu.exec(text)?.[0])).toEqual(
      [global, usgov].map(({ cloud, seeds }) => `Tenant ${seeds.partner.id} in ${cloud.row.name}, from ARM_TENANT_ID.`),
    );
    const [globalOutputs, usgovOutputs] = await both((own) => own.outputs());
    for (const [own, outputs, other, others] of [
      [global, globalOutputs, usgov, usgovOutputs],
      [usgov, usgovOutputs, global, globalOutputs],
    ] as const) {
      const { row, vaultOrigins } = own.cloud;
      const vaultUri = `${vaultOrigins.get(`partner-tokens-${own.stack}`) ?? "no vault"}/`;
      expect(outputs).toMatchObject({
        cloud: row.name,
        tenantId: own.seeds.partner.id,
        vaultUri,
        refreshTokenName: `refresh-token-${own.seeds.partner.id}`,
        consent: { health: "ok", account: own.seeds.users.serviceAccount.userPrincipalName },
      });
      expectOwnRequests(own, outputs, [
        ...[other.seeds.partner.id, ...other.seeds.partner.domains, other.seeds.deployer.clientId],
        ...[other.seeds.subscription.id, `partner-tokens-${other.stack}`, others.applicationId],
      ]);
    }
    // The log has a thousand requests: none of these may have been dropped.
    const numbers = emulator.requests.entries().map(({ number }) => number);
    expect(numbers.length).toBe((numbers.at(-1) ?? 0) - (numbers[0] ?? 0) + 1);
    expect(numbers.length).toBeLessThan(1000);
    expect([made(global), made(usgov)]).toEqual([2, 2]);
    const granted = ({ tenant }: Project) => [
      ...new Set([...tenant.grants.values()].map(({ principalId }) => principalId)),
    ];
    expect([granted(global), granted(usgov)]).toEqual([[global.seeds.users.serviceAccount.id], [null]]);
  });

  test("the drift check and the token command of a stack ask its own cloud alone, the tenant named by its domain", async () => {
    const { name } = global.cloud.row;
    const { domains, id } = global.seeds.partner;
    await global.set({ tenantId: domains[0] });
    const drift = await alone(() => global.drift());
    expect([drift.result.code, drift.reached]).toEqual([0, [name]]);
    expect(drift.result.text).toContain(`Tenant ${id} (${domains[0]}) in ${name}, from the setting tenantId.`);
    const SECURE_APP_MODEL_VAULT = (await global.outputs()).vaultUri;
    const token = await alone(() => secureAppModel(global, ["token", "partner-center"], { SECURE_APP_MODEL_VAULT }));
    expect([token.result.code, token.result.stderr, token.reached]).toEqual([0, "", [name]]);
    const headers = { authorization: `Bearer ${token.result.stdout.trim()}` };
    const customers = async ({ cloud }: Project) =>
      (await fetch(`${cloud.origins.partnerCenter}/v1/customers`, { headers })).status;
    expect([await customers(global), await customers(usgov)]).toEqual([200, 401]);
  });
});
