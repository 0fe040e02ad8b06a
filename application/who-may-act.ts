/** What signs in as an application, and who may change it: credentials and owners, as Microsoft Graph shows them. */
import { ApiError, type AzureApi } from "../azure/api";
import { az, type Command, partsOf } from "../errors/failure";
import { patchCommand } from "./adoption/checks";
import { type KeyCredential, thumbprintOf } from "./applications";

/** Graph's own names: client secrets, certificates, what trusts another issuer, and who may change all of it. */
export type Means = "passwordCredentials" | "keyCredentials" | "federatedIdentityCredentials" | "owners";

/** One credential, or one owner. */
export interface Access {
  means: Means;
  /** A key's id, a federated credential's, or the object id of an owner. */
  id: string;
  /** What Graph says of it, by Graph's names; without what it leaves empty. */
  facts: Readonly<Record<string, string>>;
}

/** An application, or its service principal: each has credentials and owners of its own. */
export interface Principal {
  set: "applications" | "servicePrincipals";
  /** Object id. */
  id: string;
  /** Of the application. */
  clientId: string;
}

/** What keeps credentials from being added to the application's service principals in other tenants. */
export type InstanceLock = Readonly<Record<string, boolean | string | null>>;

export interface AccessFound {
  entries: Access[];
  /** null: none, Graph's default; undefined: not seen, or a service principal, which has none. */
  lock: InstanceLock | null | undefined;
  /** What could not be looked at, and why: a whole sentence each. */
  unseen: string[];
}

interface Keyed extends KeyCredential {
  /** Of a certificate. */
  usage?: string | null;
}

type Credentials = Record<"passwordCredentials" | "keyCredentials", Keyed[]> & {
  servicePrincipalLockConfiguration?: InstanceLock | null;
};

/** Each part by itself: what may not be looked at hides nothing of the rest. An object that is gone has none. */
export async function accessTo(graph: AzureApi, { set, id }: Principal): Promise<AccessFound> {
  const path = `/v1.0/${set}/${id}`;
  const isApplication = set === "applications";
  const lock = isApplication ? ",servicePrincipalLockConfiguration" : "";
  const found: AccessFound = { entries: [], lock: undefined, unseen: [] };
  const parts = [
    async () => {
      const held = await graph.find<Credentials>(`${path}?$select=passwordCredentials,keyCredentials${lock}`);
      if (isApplication) found.lock = held?.servicePrincipalLockConfiguration ?? null;
      return [
        ...(held?.passwordCredentials ?? []).map((one) => keyed("passwordCredentials", one)),
        ...(held?.keyCredentials ?? []).map((one) => keyed("keyCredentials", one)),
      ];
    },
    async () =>
      isApplication ? (await graph.list<Federated>(`${path}/federatedIdentityCredentials`)).map(federated) : [],
    async () => (await graph.list<Owner>(`${path}/owners`)).map(owner),
  ];
  for (const part of await Promise.allSettled(parts.map((look) => look()))) {
    if (part.status === "fulfilled") found.entries.push(...part.value);
    else if (!isGone(part.reason)) found.unseen.push(partsOf(part.reason).what);
  }
  return { ...found, unseen: [...new Set(found.unseen)] };
}

const isGone = (error: unknown): boolean => error instanceof ApiError && error.status === 404;

function keyed(means: Means, one: Keyed): Access {
  const { keyId, displayName, startDateTime, endDateTime, usage } = one;
  const thumbprint = means === "keyCredentials" ? thumbprintOf(one) : "";
  return { means, id: keyId, facts: said({ displayName, keyId, usage, startDateTime, endDateTime, thumbprint }) };
}

type Federated = Record<"id" | "name" | "issuer" | "subject", string>;

const federated = ({ id, name, issuer, subject }: Federated): Access => ({
  means: "federatedIdentityCredentials",
  id,
  facts: said({ name, issuer, subject }),
});

/** Names are for who may read accounts; the id is for everybody. */
type Owner = { id: string } & Partial<Record<"displayName" | "userPrincipalName" | "appId", string | null>>;

const owner = ({ id, displayName, userPrincipalName, appId }: Owner): Access => ({
  means: "owners",
  id,
  facts: said({ displayName, userPrincipalName, appId, id }),
});

const said = (facts: Readonly<Record<string, string | null | undefined>>): Record<string, string> =>
  Object.fromEntries(Object.entries(facts).filter((entry): entry is [string, string] => Boolean(entry[1])));

/** @param graph origin of Microsoft Graph */
export function removalOf(graph: string, { set, id, clientId }: Principal, access: Access): Command {
  const noun = set === "applications" ? "app" : "sp";
  const ofApp = ["--id", clientId];
  switch (access.means) {
    case "passwordCredentials":
      return az("ad", noun, "credential", "delete", ...ofApp, "--key-id", access.id);
    case "keyCredentials":
      return az("ad", noun, "credential", "delete", ...ofApp, "--key-id", access.id, "--cert");
    case "federatedIdentityCredentials":
      return az("ad", "app", "federated-credential", "delete", ...ofApp, "--federated-credential-id", access.id);
    case "owners":
      return set === "applications"
        ? az("ad", "app", "owner", "remove", ...ofApp, "--owner-object-id", access.id)
        : az("rest", "--method", "DELETE", "--url", `${graph}/v1.0/${set}/${id}/owners/${access.id}/$ref`);
  }
}

/** Whether a lock was set and then opened, in whole or in part. None at all is Graph's default; a whole one is stricter than that. */
export function isOpened(lock: InstanceLock | null | undefined): lock is InstanceLock {
  if (lock === null || lock === undefined) return false;
  const locksAll = lock["allProperties"] === true || lockedOneByOne.every((name) => lock[name] === true);
  return lock["isEnabled"] !== true || !locksAll;
}

const lockedOneByOne = ["credentialsWithUsageSign", "credentialsWithUsageVerify", "tokenEncryptionKeyId"];

export const lockCommand = (graph: string, application: Pick<Principal, "id">): Command =>
  patchCommand(graph, application, { servicePrincipalLockConfiguration: { isEnabled: true, allProperties: true } });
