import { deployer, dynamic, guid, leastArgs, ofDeployer, roleDefinition, stackOf, stackWith, tenantId } from "./model";

const secret = { kind: "secret", label: "initial" } as const;
const certificate = (label: string) => ({ kind: "certificate", label }) as const;
const credential = { declared: [certificate("initial")] } as const;
const certificateName = expect.stringMatching(/^client-certificate-[0-9a-f]{8}$/u) as string;
const reference = (label: string) => `reference of partner-${label}`;
const keyRole = roleDefinition("12338af0-0e69-4776-bea7-57ae8d297424");

/** The resources that a change adds to the smallest stack with a client secret, and those that it removes. */
async function differences(stack: ReturnType<typeof stackWith>) {
  const { resources } = await stack;
  // One after the other: declared resources go to the mocks of the process.
  const least = await stackOf();
  const isThere = (key: string, of: object) => Object.hasOwn(of, key);
  return {
    resources,
    more: Object.keys(resources).filter((key) => !isThere(key, least.resources)),
    less: Object.keys(least.resources).filter((key) => !isThere(key, resources)),
  };
}

test("a certificate takes the client secret's place: made in the vault, trusted by the application, named by the consent", async () => {
  const { resources, more, less } = await differences(stackOf({ credential }));
  expect(less).toEqual(["ApplicationPassword partner-initial", "VaultSecret partner-initial"]);
  expect(more.toSorted()).toEqual([
    "ApplicationCertificate partner-initial",
    "ClientCertificate partner-initial",
    "RoleAssignment partner-certificates-officer",
    "RoleAssignment partner-signer",
  ]);
  expect(resources["ClientCertificate partner-initial"]).toEqual(
    dynamic(
      "TokenVault",
      "client-certificate",
      {
        vaultUri: "https://partner-tokens.vault.azure.net/",
        certificateName,
        label: "initial",
        validityMonths: 12,
        stack: "secure-application-model/dev",
        enabled: true,
        awaitsRole: true,
        providerVersion: "1",
      },
      {
        dependsOn: ["RoleAssignment partner-certificates-officer"],
        replaceOnChanges: ["vaultUri"],
        ignoreChanges: ["certificateName", "label", "stack", "validityMonths", "awaitsRole"],
      },
    ),
  );
  expect(resources["ApplicationCertificate partner-initial"]).toEqual(
    dynamic(
      "SecureApplicationModel",
      "application-certificate",
      {
        tenantId,
        applicationId: "/applications/application-object-id",
        value: "MIIB",
        startDate: "2026-11-26T09:50:00Z",
        endDate: "2027-11-26T10:00:00Z",
      },
      { replaceOnChanges: ["applicationId", "value"], dependsOn: ["PartnerApplication partner"] },
    ),
  );
  expect(resources["Consent partner"]).toMatchObject({
    inputs: { credentialNames: [reference("initial")] },
    options: {
      dependsOn: ["PartnerApplication partner", "TokenVault partner", "ApplicationCertificate partner-initial"],
    },
  });
});

test("who deploys makes it and signs with it, by a role for each; readers sign with that key alone", async () => {
  const principalId = "11111111-2222-4333-8444-555555555555";
  const vault = { ...leastArgs.vault, readers: [{ principalId, principalType: "ServicePrincipal" as const }] };
  const { resources } = await stackOf({ vault, credential });
  const toDeployer = { ...deployer, roleAssignmentName: guid };
  const scope = expect.stringMatching(/^id of Vault partner\/keys\/client-certificate-[0-9a-f]{8}$/u) as string;
  expect(resources).toMatchObject({
    "RoleAssignment partner-certificates-officer": {
      inputs: {
        ...toDeployer,
        scope: "id of Vault partner",
        roleDefinitionId: roleDefinition("a4417e6f-fecd-4de8-b567-7b0420556985"),
      },
      options: ofDeployer,
    },
    "RoleAssignment partner-signer": {
      inputs: { ...toDeployer, scope, roleDefinitionId: keyRole },
      options: ofDeployer,
    },
    [`RoleAssignment partner-signer-${principalId}`]: {
      inputs: { principalId, principalType: "ServicePrincipal", scope, roleDefinitionId: keyRole },
      options: {},
    },
  });
});

test("in a vault that exists it is made by the vault's own roles, with the months that were asked for", async () => {
  const vault = { uri: "https://contoso.vault.azure.net" };
  const { resources } = await stackOf({ vault, credential: { ...credential, validityMonths: 6 } });
  expect(Object.keys(resources).filter((key) => key.startsWith("RoleAssignment"))).toEqual([]);
  expect(resources["ClientCertificate partner-initial"]).toMatchObject({
    parent: "ExistingVault partner",
    inputs: { vaultUri: "https://contoso.vault.azure.net/", validityMonths: 6 },
  });
});

test("on an adopted application it stands beside what is there", async () => {
  const existingApplication = { clientId: "client-id", objectId: "application-object-id" };
  const { displayName: _displayName, ...others } = leastArgs;
  const { resources } = await stackWith({ ...others, existingApplication, credential });
  expect(resources["ApplicationCertificate partner-initial"]).toMatchObject({
    parent: "SecureApplicationModel partner",
    inputs: { applicationId: "/applications/application-object-id" },
  });
  expect(Object.keys(resources).filter((key) => key.startsWith("ApplicationPassword"))).toEqual([]);
});

test.each([
  [
    "from a secret to a certificate",
    { declared: [certificate("next"), secret] },
    [reference("next"), "client-secret-initial-11111111"],
    ["ApplicationCertificate partner-next", "ApplicationPassword partner-initial"],
  ],
  [
    "from a certificate to a secret",
    { declared: [secret, certificate("old")] },
    ["client-secret-initial-11111111", reference("old")],
    ["ApplicationCertificate partner-old", "ApplicationPassword partner-initial"],
  ],
  [
    "from a certificate to another",
    { declared: [certificate("next"), certificate("initial")] },
    [reference("next"), reference("initial")],
    ["ApplicationCertificate partner-initial", "ApplicationCertificate partner-next"],
  ],
  [
    "by the calendar from a secret",
    { declared: [certificate("2027-02-24"), certificate("2026-11-26"), secret], rollTokens: true },
    [reference("2027-02-24"), reference("2026-11-26"), "client-secret-initial-11111111"],
    [
      "ApplicationCertificate partner-2026-11-26",
      "ApplicationCertificate partner-2027-02-24",
      "ApplicationPassword partner-initial",
    ],
  ],
] as const)(
  "a move %s has both until the old one is taken out",
  async (_, credential, credentialNames, credentials) => {
    const { resources } = await stackOf({ credential });
    const { rollTokens } = credential as { rollTokens?: true };
    expect(resources["Consent partner"]?.inputs).toEqual(
      expect.objectContaining({ credentialNames, ...(rollTokens && { rollTokens }) }),
    );
    expect(
      Object.keys(resources)
        .filter((key) => /^Application(?:Password|Certificate) /u.test(key))
        .toSorted(),
    ).toEqual(credentials);
  },
);
