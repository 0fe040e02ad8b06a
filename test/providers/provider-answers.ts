/** The real providers' results for the components' resources and calls, as far as the components use them. */
import * as pulumi from "@pulumi/pulumi";

/** The value of every client secret. */
export const clientSecret = "client-secret-canary";

interface Named {
  type: string;
  name: string;
}

/** "azuread:index/application:Application" → "Application". */
export const shortType = (type: string): string => type.split(/[:/]/u).at(-1) ?? type;
export const keyOf = ({ type, name }: Named): string => `${shortType(type)} ${name}`;

type State = Record<string, unknown>;
/** Of what the record gets: the engine has wrapped what holds a secret. */
function generationsIn(one: unknown): object[] {
  if (one === undefined) return [];
  const { value = one } = one as { value?: unknown };
  const { number, kind, day } = (typeof value === "object" ? value : one) as State;
  return [{ number, kind, day }];
}

const states: Record<string, (inputs: State, name: string) => State> = {
  Application: () => ({ clientId: "client-id", objectId: "application-object-id" }),
  ServicePrincipal: () => ({ objectId: "service-principal-object-id" }),
  ApplicationPassword: ({ endDate = "2028-11-24T00:00:00Z" }, name) => {
    return { endDate, keyId: `key of ${name}`, value: pulumi.secret(clientSecret) };
  },
  ResourceGroup: ({ resourceGroupName }) => ({ name: resourceGroupName }),
  Vault: ({ vaultName }) => ({
    name: vaultName,
    properties: { vaultUri: `https://${String(vaultName)}.vault.azure.net/` },
  }),
  Secret: ({ secretName }) => ({ name: secretName }),
  Adoption: () => ({ servicePrincipalObjectId: "service-principal-object-id" }),
  ClientCertificate: (_, name) => ({
    version: "0123456789abcdef0123456789abcdef",
    reference: `reference of ${name}`,
    cer: "MIIB",
    notBefore: "2026-11-26T09:50:00Z",
    notAfter: "2027-11-26T10:00:00Z",
  }),
  ApplicationCertificate: (_, name) => ({ keyId: `key of ${name}` }),
  CredentialRecord: ({ current, previous }) => ({ generations: [current, previous].flatMap(generationsIn) }),
  VaultCreateMode: () => ({ createMode: "recover" }),
};

export function stateOf({ type, name, inputs }: pulumi.runtime.MockResourceArgs): State {
  const given = inputs as State;
  return { ...given, ...states[shortType(type)]?.(given, name) };
}

const answers: Record<string, State> = {
  "azuread:index/getClientConfig:getClientConfig": { objectId: "deployer-object-id", tenantId: "tenant-id" },
  "azuread:index/getDirectoryObject:getDirectoryObject": { type: "ServicePrincipal" },
  "azuread:index/getDomains:getDomains": { domains: [{ domainName: "partner.example" }] },
  "azuread:index/getGroup:getGroup": { objectId: "admin-agents-object-id" },
  "azure-native:authorization:getClientConfig": { subscriptionId: "subscription-id" },
};

export function answer(token: string): State {
  const found = answers[token];
  if (found === undefined) throw new Error(`Nothing asks for ${token}.`);
  return found;
}
