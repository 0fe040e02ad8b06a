import { randomBytes, randomUUID } from "node:crypto";
import type { Hono } from "hono";
import * as v from "valibot";
import { strictObject } from "../strict-json";
import type { PasswordCredential } from "../context";
import { secretHash } from "../secret-hash";
import { findApplication } from "./directory";
import { requireApplicationWrite, type GraphEnv } from "./authorization";
import { parametersOf, readBody, without, type Properties } from "./body";
import { refuseForbiddenPassword } from "./credential-policies";
import { badRequest } from "./errors";
import { metadataOf } from "./replies";
import { timestamp } from "./timestamp";
import { guid, instant } from "./values";

const hintLength = 3;
const defaultYears = 2;

/** Graph sets everything else itself: https://learn.microsoft.com/graph/api/application-addpassword. */
export const addPasswordBody = v.strictObject({
  passwordCredential: v.nullish(
    strictObject({
      displayName: v.nullish(v.string()),
      startDateTime: v.nullish(instant),
      endDateTime: v.nullish(instant),
    }),
  ),
});

export const removePasswordBody = v.strictObject({ keyId: guid });

/** Adds addPassword and removePassword. Both immediately affect what the token endpoint accepts. */
export function addPasswordRoutes(routes: Hono<GraphEnv>): void {
  routes.post("/:id/addPassword", async (c) => {
    requireApplicationWrite(c);
    const application = findApplication(c);
    const { context, tenant } = c.var;
    const secretText = newSecretText();
    const credential = newCredential(await readBody(c), secretText, context.clock.now());
    refuseForbiddenPassword(tenant, credential);
    application.passwordCredentials = [...application.passwordCredentials, credential];
    return c.json({
      "@odata.context": metadataOf(c, "microsoft.graph.passwordCredential"),
      customKeyIdentifier: null,
      ...without({ ...credential }, "secretHash"),
      secretText,
    });
  });

  routes.post("/:id/removePassword", async (c) => {
    requireApplicationWrite(c);
    const application = findApplication(c);
    const { keyId } = parametersOf(removePasswordBody, "removePassword", await readBody(c));
    const kept = application.passwordCredentials.filter((credential) => credential.keyId !== keyId);
    if (kept.length === application.passwordCredentials.length) {
      throw badRequest("No password credential found with keyId.");
    }
    application.passwordCredentials = kept;
    return c.body(null, 204);
  });
}

function newCredential(body: Properties, secretText: string, now: number): PasswordCredential {
  const { passwordCredential } = parametersOf(addPasswordBody, "addPassword", body);
  const { displayName, startDateTime, endDateTime } = passwordCredential ?? {};
  const start = startDateTime ?? timestamp(now);
  const end = endDateTime ?? yearsAfter(start, defaultYears);
  if (Date.parse(end) <= Date.parse(start)) {
    throw badRequest("The end date of a password credential must be later than its start date.");
  }
  return {
    keyId: randomUUID(),
    displayName: displayName ?? null,
    hint: secretText.slice(0, hintLength),
    startDateTime: start,
    endDateTime: end,
    secretHash: secretHash(secretText),
  };
}

/** Forty characters in the form of Entra's own secrets, so that secret scanners find these too. */
function newSecretText(): string {
  const random = randomBytes(48).toString("base64url").replaceAll("-", "~").replaceAll("_", ".");
  return `${randomBytes(hintLength).toString("hex").slice(0, hintLength)}8Q~${random.slice(0, 34)}`;
}

function yearsAfter(start: string, years: number): string {
  const end = new Date(start);
  end.setUTCFullYear(end.getUTCFullYear() + years);
  return timestamp(end.getTime());
}
