import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Deployment, deploymentIn, type StateResource } from "../../cli/engine/deployment";
import { strangeCodeIn } from "../../cli/engine/state-code";
import { clouds } from "../../lib/config/clouds";
import { providerCode } from "../../lib/startup/provider-code";
import { ownEndpoints } from "../support/own-endpoints";
import { temporaryFolder } from "../support/temporary-folder";

const type = "pulumi-nodejs:dynamic/partner:Consent";
const urn = `urn:pulumi:dev::p::${type}::partner`;
const code = providerCode("Consent");
const { dependencies } = JSON.parse(readFileSync(join(__dirname, "..", "..", "package.json"), "utf8")) as {
  dependencies: Record<string, string>;
};
const installed = dependencies["@pulumi/azuread"] ?? "";
const of = (type: string) => ({ urn: `urn:pulumi:dev::p::${type}::x`, type });
const engine = of("pulumi:providers:pulumi-nodejs");
const own: StateResource = {
  ...{ urn, type, custom: true, provider: `${engine.urn}::x` },
  ...{ inputs: { __provider: code }, outputs: { __provider: code } },
};
const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "x" };
const recordKind = "pulumi-nodejs:dynamic/partner:CredentialRecord";
const recordCode = { __provider: providerCode("CredentialRecord") };
const record: StateResource = {
  ...{ ...own, urn: `urn:pulumi:dev::p::${recordKind}::partner`, type: recordKind },
  ...{ inputs: { ...recordCode, current: { value: secret }, previous: { value: secret } }, outputs: recordCode },
};
/** Inputs with which the program's own providers sign in. */
const signIn = { environment: "public", tenantId: "5e1d8f6a-2c94-4b7e-8a35-7d0f1c6b9e20" };
const provider = { ...of("pulumi:providers:azuread"), inputs: signIn };
/** That provider with further inputs. */
const providerWith = (inputs: object): StateResource => ({ ...provider, inputs: { ...signIn, ...inputs } });
const application: StateResource = {
  urn: "urn:pulumi:dev::p::azuread:index/application:Application::partner",
  type: "azuread:index/application:Application",
  custom: true,
  provider: `${provider.urn}::x`,
};
const stack = { stack: "global", cwd: join(__dirname, "..", "..") };
/** A configuration of this program's. */
const ours = { "secure-application-model:cloud": "AzureCloud" };
const resources = (...all: StateResource[]) => ({ resources: all, pending: [], others: [], text: "" });

test("what the program registers is its own, and so is what has no code", () => {
  expect(strangeCodeIn(stack, ours, resources(own, record, of("x:y:Z"), provider, engine))).toBeUndefined();
});

test("a plugin is of the version that is installed, or of one before it, from before an upgrade", () => {
  for (const version of [installed, "6.0.0", "5.53.4"])
    expect(strangeCodeIn(stack, ours, resources(providerWith({ version })))).toBeUndefined();
  // The command brings those of its own.
  const nowhere = { ...stack, cwd: "/nowhere" };
  expect(strangeCodeIn(nowhere, ours, resources(providerWith({ version: installed })))).toBeUndefined();
  const newer = strangeCodeIn(stack, ours, resources(providerWith({ version: "6.10.0" })));
  expect(newer?.fixes?.map(({ text }) => text)[0]).toBe("If newer packages deployed it, install those");
});

test.each<readonly [string, Deployment]>([
  ["an input", resources({ ...own, inputs: { __provider: `${code} ` } })],
  ["an output", resources({ ...own, outputs: { __provider: "" } })],
  ["a ciphertext", resources({ ...own, outputs: { __provider: { ciphertext: "x" } } })],
  [
    "a resource of another type",
    resources({ ...own, ...of("pulumi-python:dynamic/x:Y"), inputs: { __provider: "x" } }),
  ],
  ["a plugin from another address", resources(providerWith({ pluginDownloadURL: "https://x.example" }))],
  ["the same, deeper", resources({ ...provider, outputs: { __internal: { pluginDownloadURL: "https://x.example" } } })],
  ["another plugin than its type's", resources(providerWith({ __internal: { name: "evil" } }))],
  ["a secret in place of it", resources(providerWith({ __internal: { plaintext: '{"name":"evil"}' } }))],
  ...["name", "parameterization", "pluginChecksums", "pluginDownloadURL", "envVarMappings"].flatMap((name) =>
    [
      { inputs: { ...signIn, [name]: "canary" } },
      { outputs: { version: installed, [name]: { plaintext: '"canary"' } } },
    ].flatMap((more) => [
      [`an old engine's ${name}`, resources({ ...provider, ...more })] as const,
      [`the same of pulumi-nodejs`, resources({ ...engine, ...more })] as const,
    ]),
  ),
  ...[
    { clientId: "x" },
    { clientSecret: { ciphertext: "x" } },
    { clientIdFilePath: "/x" },
    { clientCertificatePath: "/x" },
    { oidcToken: "x" },
    { useCli: "true" },
    { tenantId: "partner.example" },
    { tenantId: { ciphertext: "x" } },
    { tenantId: undefined },
    { environment: "usgovernment" },
    { environment: undefined },
    { useMsi: "true" },
    { useOidc: "true" },
    { disableInstanceDiscovery: "true" },
  ].flatMap((more) =>
    [{ inputs: { ...signIn, ...more } }, { outputs: more }].map(
      (one) => [`a sign-in by ${Object.keys(more).join(" ")}`, resources({ ...provider, ...one })] as const,
    ),
  ),
  [
    "another stack's outputs",
    resources({
      ...of("pulumi:pulumi:StackReference"),
      ...{ custom: true, provider: `${of("pulumi:providers:pulumi").urn}::x` },
    }),
  ],
  ["a provider without inputs", resources({ ...provider, inputs: {} })],
  ["a version of the SDK's own plugin", resources({ ...engine, inputs: { version: "3.0.0" } })],
  ...[
    { external: true },
    { retainOnDelete: true },
    { deletedWith: urn },
    { viewOf: urn },
    { replaceWith: [urn] },
    { replacementTrigger: 1 },
    { resourceHooks: { "before-delete": ["x"] } },
    { aliases: [urn] },
    { Inputs: {} },
    { custom: false },
  ].map(
    (more) => [`a resource that is ${Object.keys(more).join(" ")}`, resources({ ...application, ...more })] as const,
  ),
  ["the code of another kind", resources({ ...own, inputs: { __provider: providerCode("Adoption") } })],
  [
    "a type that is not the URN's",
    resources({ ...own, urn: "urn:pulumi:dev::p::azure-native:resources:Group::partner" }),
  ],
  ["a provider by its URN", resources({ ...provider, urn: "urn:pulumi:dev::p::pulumi:providers:canary::x" })],
  [
    "the same, in a stack of another name",
    resources({ ...provider, urn: `urn:pulumi::dev::${provider.type}::pulumi:providers:canary::x` }),
  ],
  ["the same below a parent", resources({ ...provider, urn: "urn:pulumi:dev::p::a:b:C$pulumi:providers:canary::x" })],
  ["a resource without a provider", resources({ ...application, provider: undefined })],
  ["a resource of another package's provider", resources({ ...application, provider: `${own.urn}::x` })],
  ...["outputs", "inputs"].flatMap((part) =>
    [secret, { "4dabf18193072939515e22adb298388d": "c44067f5952c0a294b673a41bacd8c17", uri: "https://x.example" }].map(
      (value) =>
        [
          `a value that the engine decrypts or fetches, in ${part}`,
          resources({ ...own, [part]: { ...own.inputs, refreshTokenName: [value] } }),
        ] as const,
    ),
  ),
  [
    "an asset of any resource",
    resources({
      ...application,
      outputs: { logo: { "4dabf18193072939515e22adb298388d": "0def7320c3a5731c473e5ecbe6d01bc7" } },
    }),
  ],
  [
    "a secret beside the record's",
    resources({ ...record, inputs: { ...record.inputs, current: { value: secret, keyId: secret } } }),
  ],
  ["a whole generation that is secret", resources({ ...record, inputs: { ...record.inputs, previous: secret } })],
  ["a secret in the record's outputs", resources({ ...record, outputs: { ...record.outputs, recordName: secret } })],
  ["another cloud", resources({ ...own, inputs: { ...own.inputs, cloud: "AzureChinaCloud", endpoints: {} } })],
  ...["snippets", "extensions", "features"].map((name): readonly [string, Deployment] => [
    `the engine's ${name}`,
    { ...resources(own), others: [name] },
  ]),
  ...["command", "..", "../pulumi", "../../test", "azuread/bin", "Azuread", "azuread "].map(
    (name) => [`a plugin ${name}`, resources(of(`pulumi:providers:${name}`))] as const,
  ),
  ...["999.0.0", `${installed}-evil`, "6.0", "../1.0.0", { ciphertext: "x" }].flatMap((version) =>
    [{ inputs: { ...signIn, version } }, { outputs: { version } }].map(
      (more) => [`a version ${JSON.stringify(version)}`, resources({ ...provider, ...more })] as const,
    ),
  ),
  ...["metadataHost", "oidcRequestUrl", "msiEndpoint"].map(
    (name) => [`a provider's ${name}`, resources(providerWith({ [name]: "https://x.example" }))] as const,
  ),
  ...[
    { cloud: "AzureCloud", endpoints: { authority: "https://x.example" } },
    { cloud: "AzureCloud", endpoints: { authority: clouds.AzureChinaCloud.authority } },
    { cloud: "AzureCloud", endpoints: "https://x.example" },
    { cloud: "AzureCloud", endpoints: { authority: { ciphertext: "x" } } },
    { endpoints: ownEndpoints() },
  ].map(
    (more, index) =>
      [`hosts of a resource (${index})`, resources({ ...own, outputs: { ...own.outputs, ...more } })] as const,
  ),
  [
    "hosts of a resource without code",
    resources({ ...own, inputs: { cloud: "AzureCloud", endpoints: { authority: "https://x.example" } }, outputs: {} }),
  ],
  [
    "an operation that did not end",
    {
      ...resources(own),
      pending: [{ type: "creating", resource: { ...own, inputs: { __provider: "x" } } }],
    },
  ],
])("strange: %s", (_, deployment) => {
  expect(strangeCodeIn(stack, ours, deployment)?.what).toMatch(
    /^Stack global: its state holds code, a plugin, a host or a sign-in that is not this program's, in .*\b(?:partner|x|snippets|extensions|features)\. None of it was run\.$/u,
  );
});

const folder = temporaryFolder();
afterEach(() => {
  jest.restoreAllMocks();
});

test("the stack's own hosts are those of its configuration, or of this process's variable", () => {
  const endpoints = ownEndpoints({ microsoftGraph: "https://graph.own.example" });
  const { metadataHost } = endpoints;
  const deployment = resources(
    { ...own, inputs: { ...own.inputs, cloud: "AzureCloud", endpoints } },
    { ...provider, inputs: { metadataHost, __internal: {} } },
  );
  writeFileSync(join(folder, "endpoints.json"), JSON.stringify({ ...endpoints, signInPort: 8600 }));
  const named = (declared: string) => ({ "secure-application-model:endpoints": declared });
  for (const declared of [JSON.stringify(endpoints), "endpoints.json"])
    expect(strangeCodeIn({ stack: "dev", cwd: folder }, named(declared), deployment)).toBeUndefined();
  const swapped = { ...endpoints, authority: endpoints.microsoftGraph };
  const elsewhere = resources({ ...own, inputs: { ...own.inputs, cloud: "AzureCloud", endpoints: swapped } });
  expect(strangeCodeIn({ stack: "dev", cwd: folder }, named("endpoints.json"), elsewhere)).toBeDefined();
  for (const configuration of [{}, named("absent.json"), named("- {")])
    expect(strangeCodeIn({ stack: "dev", cwd: folder }, configuration, deployment)).toBeDefined();
  jest.replaceProperty(process, "env", { SECURE_APP_MODEL_ENDPOINTS: JSON.stringify(endpoints) });
  expect(strangeCodeIn({ stack: "dev", cwd: folder }, {}, deployment)).toBeUndefined();
});

/** What strangeCodeIn() answers about a provider with these inputs, in a stack with this configuration. */
const withProvider = (configuration: Record<string, string>, inputs: StateResource["inputs"]) =>
  strangeCodeIn({ stack: "dev", cwd: folder }, configuration, resources({ ...provider, inputs: { ...inputs } }));

test("the plugins sign in at the host that the stack's file names, and a managed identity only where this process names it", () => {
  const metadataHost = "management.example";
  const config = {
    "secure-application-model:cloud": "AzureCloud",
    "secure-application-model:endpoints": JSON.stringify({ metadataHost }),
  };
  const named = { ...signIn, metadataHost, disableInstanceDiscovery: "true", useMsi: "false" };
  expect(withProvider(config, named)).toBeUndefined();
  expect(withProvider(config, signIn)).toBeDefined();
  jest.replaceProperty(process, "env", { ARM_USE_MSI: "true" });
  expect(withProvider(config, { ...named, useMsi: "true" })).toBeUndefined();
});

test("a program of one's own may lead to the engine's further members, in the engine's spelling", () => {
  const withMember = (more: object) => strangeCodeIn(stack, {}, resources({ ...application, ...more }));
  expect(withMember({ external: true, retainOnDelete: true, deletedWith: urn })).toBeUndefined();
  expect(withMember({ Inputs: {} })).toBeDefined();
});

test("members that another reader than JavaScript would take for a resource's own", () => {
  for (const text of [
    `{"deployment":{"resources":[{"inputs":{"__proto__":{"__provider":"x"}}}]}}`,
    String.raw`{"deployment":{"resources":[{"inputs":{"a":[{"\u005f_proto__":{}}]}}]}}`,
  ])
    expect(deploymentIn(text).others).toEqual(["__proto__"]);
  for (const [operation, other] of [
    [`{"type":"x","Resource":{},"resource":{}}`, "Resource"],
    ["null", "pending_operations"],
  ] as const)
    expect(deploymentIn(`{"deployment":{"pending_operations":[${operation}]}}`).others).toEqual([other]);
});

test.each([
  { ...own, inputs: null },
  { ...own, outputs: "x" },
  { ...own, urn: undefined },
  { ...own, ignoreChanges: "owners" },
  { ...own, dependencies: "application" },
  null,
])("a malformed resource is refused: %j", (resource) => {
  for (const deployment of [{ resources: [application, resource] }, { pending_operations: [{ type: "x", resource }] }])
    expect(strangeCodeIn(stack, ours, deploymentIn(JSON.stringify({ deployment })))?.what).toContain(
      "in a malformed resource. None of it was run.",
    );
});

test("the plugins sign in to the tenant that the stack's file names, however it is written", () => {
  const [tenantId, other] = ["5E1D8F6A-2c94-4b7e-8a35-7d0f1c6b9e20", "00000000-2c94-4b7e-8a35-7d0f1c6b9e20"];
  const cloud = { "secure-application-model:cloud": "AzureCloud" };
  const named = (tenant: string) => ({ ...cloud, "secure-application-model:tenantId": tenant });
  for (const config of [cloud, named("partner.example"), named(tenantId)])
    expect(withProvider(config, { ...signIn, tenantId: tenantId.toLowerCase() })).toBeUndefined();
  expect(withProvider(named(tenantId), { ...signIn, tenantId: other })?.fixes?.map(({ text }) => text)).toContain(
    "If the stack's setting tenantId was changed, change it back.",
  );
});

test("a program of one's own gives its providers what it likes, but files only by its stack's configuration", () => {
  const given = { clientId: { ciphertext: "x" }, tenantId: "partner.example", useCli: "true" };
  expect(withProvider({}, given)).toBeUndefined();
  for (const name of ["clientIdFilePath", "clientSecretFilePath", "clientCertificatePath", "oidcTokenFilePath"]) {
    expect(withProvider({}, { ...given, [name]: "/x" })).toBeDefined();
    expect(withProvider({ [`azuread:${name}`]: "/y" }, { [name]: "/x" })).toBeDefined();
    expect(withProvider({ [`azuread:${name}`]: "/x" }, { [name]: "/x" })).toBeUndefined();
  }
});

test("a plugin is installed where the program's own packages are, and above only as it declares", () => {
  const inner = join(folder, "above", "program");
  const put = (at: string, manifest: string) => {
    mkdirSync(at, { recursive: true });
    writeFileSync(join(at, "package.json"), manifest);
  };
  const canary = resources({ ...of("pulumi:providers:canary"), inputs: { version: "1.0.0" } });
  const refused = (configuration = {}) =>
    strangeCodeIn({ stack: "dev", cwd: inner }, configuration, canary) !== undefined;
  put(join(folder, "above", "node_modules", "@pulumi", "canary"), `{"version":"1.0.0"}`);
  for (const manifest of ["{", "null", `{"dependencies":[]}`, `{"dependencies":{"@pulumi/other":"1"}}`]) {
    put(inner, manifest);
    expect(refused()).toBe(true);
  }
  put(inner, `{"dependencies":{"@pulumi/canary":"1"}}`);
  expect([refused(), refused(ours)]).toEqual([false, true]);
  put(inner, "{}");
  for (const manifest of ["{", `{"version":7}`, `{"version":"0.9.0"}`]) {
    put(join(inner, "node_modules", "@pulumi", "canary"), manifest);
    expect(refused()).toBe(true);
  }
  put(join(inner, "node_modules", "@pulumi", "canary"), `{"version":"1.0.0"}`);
  expect([refused(), refused(ours)]).toEqual([false, true]);
});

test("a version of the program's own plugins is compared with the command's, where the program has none", () => {
  for (const cwd of [folder, "/nowhere"])
    expect(strangeCodeIn({ stack: "dev", cwd }, ours, resources(providerWith({ version: "999.0.0" })))).toBeDefined();
});

test("the state of a deployed stack is its own", () => {
  const file = join(__dirname, "..", "fixtures", "deployed-stack.json");
  const { resources: found } = JSON.parse(readFileSync(file, "utf8")) as { resources: StateResource[] };
  expect(found.filter(({ inputs }) => inputs?.["__provider"] !== undefined).length).toBeGreaterThan(1);
  const [endpoints] = found.flatMap(({ inputs }) => inputs?.["endpoints"] ?? []);
  jest.replaceProperty(process, "env", { SECURE_APP_MODEL_ENDPOINTS: JSON.stringify(endpoints) });
  expect(strangeCodeIn(stack, ours, resources(...found))).toBeUndefined();
});
