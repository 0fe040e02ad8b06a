import { randomUUID } from "node:crypto";
import type { Hono } from "hono";
import * as v from "valibot";
import type { Application } from "../context";
import { findApplication } from "./directory";
import { permissions, requireApplicationWrite, type GraphContext, type GraphEnv } from "./authorization";
import { checkedBody, readBody } from "./body";
import { badRequest, conflict, resourceNotFound } from "./errors";
import type { Kind } from "./kinds";
import { addEntity, addList, entity } from "./replies";

const kind: Kind = {
  set: "federatedIdentityCredentials",
  type: "federatedIdentityCredential",
  properties: ["id", "name", "issuer", "subject", "audiences", "description"],
};

const mostCredentials = 20;

const text = v.pipe(v.string(), v.minLength(1), v.maxLength(600));

/** https://learn.microsoft.com/graph/api/resources/federatedidentitycredential */
export const federatedCredentialBody = v.strictObject({
  name: v.pipe(v.string(), v.regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,119}$/)),
  issuer: v.pipe(
    text,
    v.check((issuer) => URL.canParse(issuer) && new URL(issuer).protocol === "https:"),
  ),
  subject: text,
  audiences: v.pipe(v.array(text), v.length(1)),
  description: v.optional(v.nullable(v.pipe(v.string(), v.maxLength(600))), null),
});

type FederatedCredential = v.InferOutput<typeof federatedCredentialBody> & { id: string };

/** Adds an application's federated identity credentials: list, create, read, change, delete. */
export function addFederatedCredentialRoutes(routes: Hono<GraphEnv>): void {
  const path = "/:id/federatedIdentityCredentials";
  const item = `${path}/:credential`;
  addList(routes, path, permissions.listFederatedCredentials, kind, (c) => credentialsOf(findApplication(c)));
  addEntity(routes, item, permissions.readFederatedCredential, kind, (c) => findCredential(c, findApplication(c)));

  routes.post(path, async (c) => {
    const application = changeableApplication(c);
    const values = checkedBody(c, kind, federatedCredentialBody, await readBody(c));
    refuseTaken(application, values);
    if (credentialsOf(application).length >= mostCredentials) {
      throw badRequest(
        `No more than ${mostCredentials} federated identity credentials are allowed for an application.`,
      );
    }
    const credential = { id: randomUUID(), ...values };
    store(application, [...credentialsOf(application), credential]);
    return entity(c, kind, credential, 201);
  });

  routes.patch(item, async (c) => {
    const application = changeableApplication(c);
    const current = findCredential(c, application);
    const values = checkedBody(c, kind, federatedCredentialBody, { ...current, ...(await readBody(c)) }, current);
    if (values.name !== current.name) throw badRequest("Name is immutable and cannot be changed after creation.");
    refuseTaken(application, values, current.id);
    Object.assign(current, values);
    return c.body(null, 204);
  });

  routes.delete(item, (c) => {
    const application = changeableApplication(c);
    const { id } = findCredential(c, application);
    const kept = credentialsOf(application).filter((credential) => credential.id !== id);
    store(application, kept);
    return c.body(null, 204);
  });
}

function changeableApplication(c: GraphContext): Application {
  requireApplicationWrite(c);
  return findApplication(c);
}

/** @param id of the credential itself, if it already exists */
function refuseTaken(application: Application, values: v.InferOutput<typeof federatedCredentialBody>, id = ""): void {
  const others = credentialsOf(application).filter((other) => other.id !== id);
  const isSameName = others.some(({ name }) => name === values.name);
  if (isSameName) throw conflict(`FederatedIdentityCredential with name ${values.name} already exists.`);
  if (others.some(({ issuer, subject }) => issuer === values.issuer && subject === values.subject)) {
    throw conflict("FederatedIdentityCredential with the same issuer and subject already exists.");
  }
}

function credentialsOf(application: Application): FederatedCredential[] {
  return (application["federatedIdentityCredentials"] as FederatedCredential[] | undefined) ?? [];
}

function store(application: Application, credentials: FederatedCredential[]): void {
  application["federatedIdentityCredentials"] = credentials;
}

function findCredential(c: GraphContext, application: Application): FederatedCredential {
  const id = c.req.param("credential") ?? "";
  const credential = credentialsOf(application).find((candidate) => candidate.id === id);
  if (!credential) throw resourceNotFound(id);
  return credential;
}
