import * as pulumi from "@pulumi/pulumi";
import { azureCredential } from "../../lib/azure/credential";
import { connect, type Connection } from "../../program/cloud-providers";
import { type Cloud, cloudOf, clouds } from "../../lib/config/clouds";
import { failureOf } from "../oauth/failure";
import { fakeEntra, refusal } from "../oauth/fake-entra";
import { ownEndpoints } from "../support/own-endpoints";

jest.mock("../../lib/azure/credential");

const tenantId = "aaaaaaaa-1111-4222-8333-444444444444";
let declared: object[];
let asked: string[];
/** The content of the log. */
let said: string[];

beforeEach(async () => {
  declared = [];
  asked = [];
  said = [];
  jest.mocked(azureCredential).mockReset();
  signedIn({ tid: tenantId });
  jest.spyOn(pulumi.log, "info").mockImplementation((text) => {
    said.push(text);
    return Promise.resolve();
  });
  await pulumi.runtime.setMocks({
    newResource: ({ type, name, inputs }) => {
      declared.push({ type, name, inputs: inputs as object });
      return { id: `id of ${name}`, state: inputs as object };
    },
    call: ({ token, provider = "" }) => {
      asked.push(`${token} by ${provider}`);
      return {};
    },
  });
});
afterEach(() => {
  jest.restoreAllMocks();
});

/** A credential whose tokens are of this tenant. */
function signedIn(claims: object): string[] {
  const scopes: string[] = [];
  const token = `header.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.signature`;
  jest.mocked(azureCredential).mockReturnValue({
    getToken: (scope) => {
      scopes.push(String(scope));
      return Promise.resolve({ token, expiresOnTimestamp: 0 });
    },
  });
  return scopes;
}

/** Connects with a discovery that finds this tenant in its cloud, and waits for the declared resources. */
async function connected(
  cloud: Cloud,
  tenant?: string,
  environment: Record<string, string> = {},
  known?: string,
): Promise<[Connection, string[]]> {
  const issuer = `${cloud.authority}/${tenantId}/v2.0`;
  const sent = fakeEntra(() => ({ body: { issuer, cloud_instance_name: cloud.instanceName } }));
  const connection = await connect(cloud, { tenantId: tenant }, environment, known);
  await pulumi.runtime.disconnect();
  return [connection, sent.map(({ url }) => new URL(url).pathname.split("/")[1] ?? "")];
}
const bothProviders = (inputs: object): object[] => [
  // useMsi is the SDK's own default.
  { type: "pulumi:providers:azuread", name: "azuread", inputs: { ...inputs, useMsi: "false" } },
  { type: "pulumi:providers:azure-native", name: "azure-native", inputs },
];

test.each([
  ["AzureCloud", "public"],
  ["AzureUSGovernment", "usgovernment"],
  ["AzureChinaCloud", "china"],
] as const)("the providers of %s are made from its row: %s; a domain becomes its tenant", async (name, environment) => {
  const [connection, discovered] = await connected(clouds[name], "partner.example");
  expect([connection.tenantId, discovered]).toEqual([tenantId, ["partner.example"]]);
  expect(declared).toEqual(bothProviders({ environment, tenantId }));
  expect(asked).toEqual([]);
});

test("a custom cloud's providers read its metadata, and no credential is among their arguments", async () => {
  const cloud = cloudOf("AzureCloud", ownEndpoints({ metadataHost: "127.0.0.1:9000" }));
  const credential = {
    ARM_TENANT_ID: tenantId,
    ARM_CLIENT_ID: "c",
    ARM_CLIENT_SECRET: "canary",
    ARM_SUBSCRIPTION_ID: "s",
  };
  await connected(cloud, undefined, credential);
  const [azuread, azureNative] = bothProviders({ environment: "public", metadataHost: "127.0.0.1:9000", tenantId });
  // Otherwise the provider's sign-in looks up the authority in Microsoft's public cloud, where it is not listed.
  const { inputs, ...native } = azureNative as { inputs: object };
  expect(declared).toEqual([azuread, { ...native, inputs: { ...inputs, disableInstanceDiscovery: "true" } }]);
});

describe("a half-set environment", () => {
  const variables = { ARM_CLIENT_ID: "c", ARM_CLIENT_SECRET: "s", ARM_TENANT_ID: tenantId, ARM_SUBSCRIPTION_ID: "s" };
  const without = (...names: (keyof typeof variables)[]) =>
    Object.fromEntries(Object.entries(variables).filter(([name]) => !names.includes(name as keyof typeof variables)));
  const told = async (environment: Record<string, string>) =>
    ((await failureOf(connect(clouds.AzureCloud, {}, environment))) as { message: string }).message;

  test.each([
    [without("ARM_CLIENT_SECRET"), "ARM_CLIENT_SECRET is missing", "export 'ARM_CLIENT_SECRET=<client secret>'"],
    [without("ARM_CLIENT_ID"), "ARM_CLIENT_ID is missing", "export 'ARM_CLIENT_ID=<client id>'"],
    [{ ...variables, ARM_TENANT_ID: "" }, "ARM_TENANT_ID is missing", "export 'ARM_TENANT_ID=<tenant>'"],
    [
      without("ARM_SUBSCRIPTION_ID"),
      "ARM_SUBSCRIPTION_ID is missing",
      "export 'ARM_SUBSCRIPTION_ID=<subscription id>'",
    ],
    [
      { ARM_CLIENT_ID: "c" },
      "ARM_CLIENT_SECRET, ARM_TENANT_ID, ARM_SUBSCRIPTION_ID are missing",
      "then export 'ARM_SUBSCRIPTION_ID=<subscription id>'",
    ],
  ])("%j: says in one error what is missing, with its command", async (environment, missing, command) => {
    const text = await told(environment);
    expect(text).toContain(missing);
    expect(text).toContain(command);
    expect([declared, asked]).toEqual([[], []]);
  });

  test("a setting replaces a variable, and credentials other than a secret are accepted", async () => {
    const named = { ARM_CLIENT_ID: "c", ARM_USE_OIDC: "true", ARM_SUBSCRIPTION_ID: "s" };
    await connected(clouds.AzureCloud, "partner.example", named);
    await connected(clouds.AzureCloud, "partner.example", { ARM_SUBSCRIPTION_ID: "s" });
  });
});

test.each([
  ["partner.example", { ARM_TENANT_ID: "arm.example" }, "partner.example"],
  [undefined, { ARM_TENANT_ID: "arm.example", AZURE_TENANT_ID: "azure.example" }, "arm.example"],
  [undefined, { AZURE_TENANT_ID: "azure.example" }, "azure.example"],
])("the setting (%s) goes before the deployer's variables %j: %s", async (setting, environment, tenant) => {
  const [, discovered] = await connected(clouds.AzureCloud, setting, environment);
  expect([discovered, asked]).toEqual([[tenant], []]);
});

test("without either, the deployer's sign-in to the stack's own cloud does", async () => {
  const scopes = signedIn({ tid: tenantId });
  const [connection, discovered] = await connected(clouds.AzureUSGovernment);
  expect([connection.tenantId, discovered, scopes]).toEqual([
    tenantId,
    [tenantId],
    ["https://management.usgovcloudapi.net/.default"],
  ]);
});

test.each([
  ["a GUID", tenantId, {}, `Tenant ${tenantId} in AzureCloud, from the setting tenantId.`],
  ["a domain", "p.example", {}, `Tenant ${tenantId} (p.example) in AzureCloud, from the setting tenantId.`],
  ["ARM_TENANT_ID", undefined, { ARM_TENANT_ID: tenantId }, `Tenant ${tenantId} in AzureCloud, from ARM_TENANT_ID.`],
  ["nothing", undefined, {}, `Tenant ${tenantId} in AzureCloud, from the deployer's sign-in.`],
])(
  "named by %s, the tenant is the same, its providers too, and the log says how",
  async (_name, tenant, variables, text) => {
    const [connection] = await connected(clouds.AzureCloud, tenant, variables);
    expect([connection.tenantId, said]).toEqual([tenantId, [text]]);
    expect(declared).toEqual(bothProviders({ environment: "public", tenantId }));
  },
);

test("a deployer without a sign-in gets the fix before anything is declared", async () => {
  const getToken = () => Promise.reject(new Error("Please run az login"));
  jest.mocked(azureCredential).mockReturnValue({ getToken });
  expect(await failureOf(connect(clouds.AzureCloud, {}, {}))).toMatchObject({
    name: "CredentialError",
    message: expect.stringMatching(/deployer's tenant failed: .*Please run az login.*Sign in: az login;/) as unknown,
  });
  await pulumi.runtime.disconnect();
  expect([declared, said]).toEqual([[], []]);
});

// Runs the fix "program/cloud-providers.ts: Name it".
test("a token that names no tenant leaves it to be named, as the fix does", async () => {
  signedIn({});
  const { message } = (await failureOf(connect(clouds.AzureCloud, {}, {}))) as Error;
  expect(message).toMatch(
    /gave no token that names a tenant\. Name it: pulumi config set secure-application-model:tenantId '<tenant>'$/u,
  );
  await connected(clouds.AzureCloud, tenantId);
  expect(declared).toHaveLength(2);
});

test("a stack is deployed in its own tenant alone: a login or a name of another declares nothing", async () => {
  const stackTenant = "bbbbbbbb-1111-4222-8333-444444444444";
  const told = async (tenant?: string) => await failureOf(connected(clouds.AzureCloud, tenant, {}, stackTenant));
  const refused = (from: string) => ({
    code: "deployer-tenant",
    message:
      `This stack is deployed in tenant ${stackTenant}, and this run is for tenant ${tenantId}, from ${from}: nothing of the stack is there. ` +
      `Sign in to the stack's tenant, and name no other: az login --tenant ${stackTenant}; or: Another tenant has a stack of its own.`,
  });
  expect(await told()).toMatchObject(refused("the deployer's sign-in"));
  expect(await told("partner.example")).toMatchObject(refused("the setting tenantId"));
  await pulumi.runtime.disconnect();
  expect([declared, said]).toEqual([[], []]);
  await connected(clouds.AzureCloud, undefined, {}, tenantId);
  expect(declared).toHaveLength(2);
});

test.each([
  ["the setting", "partner.example", {}],
  ["ARM_TENANT_ID", undefined, { ARM_TENANT_ID: "partner.example" }],
])(
  "a tenant that %s names is signed in to once, and a refusal says what to set before anything is declared",
  async (_name, tenant, variables) => {
    const scopes = signedIn({});
    await connected(clouds.AzureChinaCloud, tenant, variables);
    expect(scopes).toEqual(["https://microsoftgraph.chinacloudapi.cn/.default"]);
    const environment = { ...variables, ARM_TENANT_ID: tenantId };
    expect(jest.mocked(azureCredential).mock.calls).toEqual([[clouds.AzureChinaCloud, environment]]);
    [declared, said] = [[], []];
    const getToken = () => Promise.reject(new Error("AADSTS7000215: Invalid client secret provided."));
    jest.mocked(azureCredential).mockReturnValue({ getToken });
    expect(await failureOf(connected(clouds.AzureChinaCloud, tenant, variables))).toMatchObject({
      name: "CredentialError",
      message:
        `Signing in to tenant ${tenantId} in AzureChinaCloud as the deployer failed: ` +
        "the Azure credential did not work (AADSTS7000215: Invalid client secret provided.), " +
        "which means: the client secret is wrong, or is the secret's id instead of its value. " +
        "Sign in: az login; or: Name a service principal: export 'ARM_TENANT_ID=<tenant>', then export 'ARM_CLIENT_ID=<client id>', then export 'ARM_CLIENT_SECRET=<client secret>'",
    });
    await pulumi.runtime.disconnect();
    expect([declared, said]).toEqual([[], []]);
  },
);

test.each([
  ["the setting tenantId", "nowhere.example", {}],
  ["ARM_TENANT_ID", undefined, { ARM_TENANT_ID: "nowhere.example" }],
  ["AZURE_TENANT_ID", undefined, { AZURE_TENANT_ID: "nowhere.example" }],
])(
  "a tenant that is not there fails before anything is declared, with what named it: %s",
  async (by, tenant, variables) => {
    fakeEntra(() => refusal("invalid_tenant", "AADSTS90002: Tenant not found."));
    expect(await failureOf(connect(clouds.AzureCloud, { tenantId: tenant }, variables))).toMatchObject({
      aadsts: 90002,
      remedy: "tenant",
      message: expect.stringContaining(`. The tenant is named by ${by}. `) as string,
    });
    await pulumi.runtime.disconnect();
    expect(declared).toEqual([]);
  },
);

test("keys that a provider does not have are warned of, and stop nothing", async () => {
  const warned = jest.spyOn(pulumi.log, "warn").mockResolvedValue();
  jest.spyOn(pulumi.runtime, "allConfig").mockReturnValue({ "azuread:tenantid": "canary", "azuread:useCli": "true" });
  await connected(clouds.AzureCloud, tenantId);
  expect(declared).toHaveLength(2);
  expect(warned.mock.calls).toEqual([[expect.stringMatching(/^azuread:tenantid is no setting(?!.*canary)/su)]]);
});
