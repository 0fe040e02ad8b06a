import { randomUUID } from "node:crypto";
import type { Hono } from "hono";
import * as v from "valibot";
import type { Application, Context } from "../context";
import { findApplication } from "./directory";
import { permissions, requireAny, requireApplicationWrite, type GraphContext, type GraphEnv } from "./authorization";
import { readBody, withoutAnnotations, type Properties } from "./body";
import { badRequest, resourceNotFound } from "./errors";
import { filters, type Kind } from "./kinds";
import { entity, list } from "./replies";

const kind: Kind = {
  set: "federatedIdentityCredentials",
  type: "federatedIdentityCredential",
  properties: ["id", "name", "issuer", "subject", "audiences", "description"],
  filterable: { name: filters.onlyEqual, subject: filters.onlyEqual },
};

const text = v.pipe(v.string(), v.minLength(1), v.maxLength(600));

const credentialValues = v.object({
  name: v.pipe(v.string(), v.regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,119}$/)),
  issuer: text,
  subject: text,
  audiences: v.pipe(v.array(text), v.length(1)),
  description: v.optional(v.nullable(v.pipe(v.string(), v.maxLength(600))), null),
});

type FederatedCredential = v.InferOutput<typeof credentialValues> & { id: string };

/** Adds an application's federated identity credentials: list, create, read, change, delete. */
export function addFederatedCredentialRoutes(routes: Hono<GraphEnv>, context: Context): void {
  const path = "/:id/federatedIdentityCredentials";

  routes.get(path, (c) => {
    requireAny(c, permissions.readApplications);
    return list(c, context, kind, credentialsOf(findApplication(c.get("tenant"), c.req.param("id"))));
  });

  routes.post(path, async (c) => {
    const application = changeableApplication(c, c.req.param("id"));
    const credential = { id: randomUUID(), ...checkedValues(withoutAnnotations(await readBody(c))) };
    if (credentialsOf(application).some((other) => other.name === credential.name)) {
      throw badRequest("FederatedIdentityCredential with same name already exists.");
    }
    store(application, [...credentialsOf(application), credential]);
    return entity(c, context, kind, credential, 201);
  });

  routes.get(`${path}/:credential`, (c) => {
    requireAny(c, permissions.readApplications);
    const application = findApplication(c.get("tenant"), c.req.param("id"));
    return entity(c, context, kind, findCredential(application, c.req.param("credential")));
  });

  routes.patch(`${path}/:credential`, async (c) => {
    const application = changeableApplication(c, c.req.param("id"));
    const current = findCredential(application, c.req.param("credential"));
    Object.assign(current, checkedValues({ ...current, ...withoutAnnotations(await readBody(c)) }));
    return c.body(null, 204);
  });

  routes.delete(`${path}/:credential`, (c) => {
    const application = changeableApplication(c, c.req.param("id"));
    const { id } = findCredential(application, c.req.param("credential"));
    store(
      application,
      credentialsOf(application).filter((credential) => credential.id !== id),
    );
    return c.body(null, 204);
  });
}

function changeableApplication(c: GraphContext, id: string): Application {
  requireApplicationWrite(c, id);
  return findApplication(c.get("tenant"), id);
}

function checkedValues(body: Properties): v.InferOutput<typeof credentialValues> {
  const result = v.safeParse(credentialValues, body);
  if (!result.success) {
    const property = String(result.issues[0].path?.[0].key);
    throw badRequest(`Invalid value specified for property '${property}' of resource 'FederatedIdentityCredential'.`);
  }
  return result.output;
}

function credentialsOf(application: Application): FederatedCredential[] {
  return (application["federatedIdentityCredentials"] as FederatedCredential[] | undefined) ?? [];
}

function store(application: Application, credentials: FederatedCredential[]): void {
  application["federatedIdentityCredentials"] = credentials;
}

function findCredential(application: Application, id: string): FederatedCredential {
  const credential = credentialsOf(application).find((candidate) => candidate.id === id);
  if (!credential) {
    throw resourceNotFound(id);
  }
  return credential;
}
