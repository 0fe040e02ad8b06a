/** The credentials and owners by which somebody can sign in as an application or change it, from Microsoft Graph. */
import * as v from "valibot";
import { ApiError, type AzureApi } from "../azure/api";
import { az, type Command, partsOf } from "../errors/failure";
import { optionalText } from "../azure/shapes";
import { patchCommand } from "./adoption/checks";
import { credentialsShape, type KeyCredential, thumbprintOf } from "./applications";

/** Graph's names of client secrets, certificates and federated credentials, and of owners. */
export type Means = "passwordCredentials" | "keyCredentials" | "federatedIdentityCredentials" | "owners";

export interface Access {
  means: Means;
  /** A key's id, a federated credential's, or the object id of an owner. */
  id: string;
  /** Its properties by Graph's names; without empty properties. */
  facts: Readonly<Record<string, string>>;
}

/** An application, or its service principal: each has credentials and owners of its own. */
export interface Principal {
  set: "applications" | "servicePrincipals";
  /** Object id. */
  id: string;
  /** Client id of the application. */
  clientId: string;
}

/** The setting that prevents adding credentials to the application's service principals in other tenants. */
export type InstanceLock = Readonly<Record<string, boolean | string | null>>;

export interface AccessEntries {
  entries: Access[];
  /** null: none, Graph's default; undefined: not read, or a service principal, which has none. */
  lock: InstanceLock | null | undefined;
  /** Parts that could not be read, and why: a whole sentence each. */
  unseen: string[];
}

const credentials = v.looseObject({
  ...credentialsShape.entries,
  servicePrincipalLockConfiguration: v.nullish(v.record(v.string(), v.nullable(v.union([v.boolean(), v.string()])))),
});

/** Reads each part on its own, so that an unreadable part hides no other. A deleted object has no parts. */
export async function accessTo(graph: AzureApi, { set, id }: Principal): Promise<AccessEntries> {
  const path = `/v1.0/${set}/${id}`;
  const isApplication = set === "applications";
  const lock = isApplication ? ",servicePrincipalLockConfiguration" : "";
  const access: AccessEntries = { entries: [], lock: undefined, unseen: [] };
  const parts = [
    async () => {
      const held = await graph.find(`${path}?$select=passwordCredentials,keyCredentials${lock}`, credentials);
      if (isApplication) access.lock = held?.servicePrincipalLockConfiguration ?? null;
      return [
        ...(held?.passwordCredentials ?? []).map((one) => keyed("passwordCredentials", one)),
        ...(held?.keyCredentials ?? []).map((one) => keyed("keyCredentials", one, thumbprintOf(one))),
      ];
    },
    async () => {
      const federated = isApplication ? await graph.list(`${path}/federatedIdentityCredentials`, federatedShape) : [];
      return federated.map(({ id: its, ...facts }) => accessBy("federatedIdentityCredentials", its, facts));
    },
    async () => {
      const owners = await graph.list(`${path}/owners`, ownerShape);
      return owners.map(({ id: its, ...facts }) => accessBy("owners", its, { ...facts, id: its }));
    },
  ];
  for (const part of await Promise.allSettled(parts.map((look) => look()))) {
    if (part.status === "fulfilled") access.entries.push(...part.value);
    else if (!isGone(part.reason)) access.unseen.push(partsOf(part.reason).what);
  }
  return { ...access, unseen: [...new Set(access.unseen)] };
}

const isGone = (error: unknown): boolean => error instanceof ApiError && error.status === 404;

function accessBy(means: Means, id: string, facts: Readonly<Record<string, string | null | undefined>>): Access {
  const known = Object.entries(facts).filter((entry): entry is [string, string] => Boolean(entry[1]));
  return { means, id, facts: Object.fromEntries(known) };
}

function keyed(means: Means, { keyId, displayName, usage, ...one }: KeyCredential, thumbprint = ""): Access {
  const { startDateTime, endDateTime } = one;
  return accessBy(means, keyId, { displayName, keyId, usage, startDateTime, endDateTime, thumbprint });
}

const federatedShape = v.object({ id: v.string(), name: optionalText, issuer: optionalText, subject: optionalText });

/** Names need permission to read accounts; the id is always returned. */
const ownerShape = v.object({
  id: v.string(),
  displayName: optionalText,
  userPrincipalName: optionalText,
  appId: optionalText,
});

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

/** Whether a lock was set and later removed, in whole or in part. Graph's default is no lock. */
export function isOpened(lock: InstanceLock | null | undefined): lock is InstanceLock {
  if (lock === null || lock === undefined) return false;
  const locksAll = lock["allProperties"] === true || lockedOneByOne.every((name) => lock[name] === true);
  return lock["isEnabled"] !== true || !locksAll;
}

const lockedOneByOne = ["credentialsWithUsageSign", "credentialsWithUsageVerify", "tokenEncryptionKeyId"];

export const lockCommand = (graph: string, application: Pick<Principal, "id">): Command =>
  patchCommand(graph, application, { servicePrincipalLockConfiguration: { isEnabled: true, allProperties: true } });
