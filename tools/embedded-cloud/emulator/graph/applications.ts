import { randomUUID } from "node:crypto";
import { Hono } from "hono";
import type { Application } from "../context";
import { newApplication } from "../directory-objects";
import { changeApplication } from "./application-changes";
import { addPasswordRoutes } from "./application-passwords";
import { applicationKind, renderApplication, renderWithKeys } from "./application-schema";
import type { GraphContext, GraphEnv } from "./authorization";
import type { Properties } from "./body";
import { deleteApplication } from "./deleted-objects";
import { badRequest } from "./errors";
import { addFederatedCredentialRoutes } from "./federated-credentials";
import { addOwnedObjectRoutes } from "./owned-objects";
import { entityQuery } from "./queries";
import { timestamp } from "./timestamp";

/** Applications of the caller's tenant, with their owners and credentials. */
export function applicationRoutes(): Hono<GraphEnv> {
  const routes = new Hono<GraphEnv>();
  addOwnedObjectRoutes(routes, {
    kind: applicationKind,
    objectsOf: ({ applications }) => applications,
    render: renderApplication,
    renderOne: renderSelected,
    check: requireName,
    create: createApplication,
    change: changeApplication,
    remove: deleteApplication,
  });
  addPasswordRoutes(routes);
  addFederatedCredentialRoutes(routes);
  return routes;
}

/** A list never has the keys; one application has them if they are selected. */
function renderSelected(application: Application, c: GraphContext): Properties {
  const { select = [] } = entityQuery(c, applicationKind);
  return select.includes("keyCredentials") ? renderWithKeys(application) : renderApplication(application);
}

function requireName({ displayName }: Properties): void {
  if (displayName === undefined || displayName === null) {
    throw badRequest("A value is required for property 'displayName' of resource 'Application'.");
  }
}

function createApplication(c: GraphContext, body: Properties): Application {
  const { tenant, context } = c.var;
  const publisherDomain = tenant.domains.find((domain) => domain.isInitial)?.id ?? "";
  const identity = { id: randomUUID(), appId: randomUUID(), displayName: "", publisherDomain };
  const application = newApplication(identity, timestamp(context.clock.now()));
  changeApplication(c, application, body);
  return application;
}
