import { Hono } from "hono";
import * as v from "valibot";
import type { Context } from "../context";
import { strictObject } from "../strict-json";
import { requireOperation, type VaultContext, type VaultEnv } from "./authorization";
import {
  certificateBundle,
  certificateDeletion,
  certificateItem,
  operationDocument,
  policyDocument,
} from "./certificate-bundles";
import { changedPolicy, otherPolicy, policyValues, type PolicyValues } from "./certificate-policy";
import {
  certificatesOf,
  createCertificate,
  findCertificate,
  findCertificateVersion,
  newestIssued,
  type NamedCertificate,
} from "./certificate-store";
import { notServed } from "./errors";
import { pageOf } from "./paging";
import { jsonOf } from "./request-checks";
import { checked, objectTags, seconds } from "./secret-values";

/** Seconds in Key Vault's Retry-After before the client checks again; recorded. */
const retryAfter = "10";

/** A certificate's own dates come from its policy: a request can only set whether a version is enabled. */
const attributes = v.nullish(strictObject({ enabled: v.nullish(v.boolean()) }));
/** The client for Java sends a beginning, which has no effect here, and the order of the chain, which a self-signed certificate has not. */
const creation = strictObject({
  policy: v.nullish(policyValues),
  attributes: v.nullish(strictObject({ enabled: v.nullish(v.boolean()), nbf: seconds })),
  preserveCertOrder: v.nullish(v.boolean()),
  tags: objectTags,
});
const change = strictObject({ policy: v.nullish(policyValues), attributes, tags: objectTags });

/** Certificates: create and its operation, get, list, list versions, change a version or the policy, delete. */
export function certificateRoutes(context: Context): Hono<VaultEnv> {
  const routes = new Hono<VaultEnv>({ strict: false });
  const now = (): number => context.clock.now();
  const find = (c: VaultContext): NamedCertificate => findCertificate(c.var.vault, c.req.param("name") ?? "", now());

  // Contacts and issuers are not names of certificates.
  routes.all("/:reserved{contacts|issuers}/*", (c) => {
    throw notServed(c);
  });

  routes.get("/", (c) => {
    requireOperation(c, context, "certificates/list");
    const { origin, vault } = c.var;
    const isShown = ({ certificate }: NamedCertificate): boolean =>
      c.req.query("includePending") === "true" || newestIssued(certificate) !== undefined;
    const items = certificatesOf(vault, "live", now()).filter(isShown);
    return pageOf(c, items, (one) => ({
      ...certificateItem(origin, vault, one.name, findCertificateVersion(one, "")),
      id: `${origin}/certificates/${one.name}`,
    }));
  });

  routes.post("/:name/create", async (c) => {
    const name = c.req.param("name");
    requireOperation(c, context, "certificates/create", name);
    const { policy, attributes: given, tags } = checked(creation, await jsonOf(c));
    if (policy) refuseOther(c, policy);
    const { origin, vault } = c.var;
    const asked = { policy: policy ?? undefined, tags: tags ?? {}, enabled: given?.enabled ?? true };
    const found = await createCertificate(vault, name, asked, now);
    const query = `api-version=${c.req.query("api-version") ?? ""}&request_id=${found.certificate.pending?.requestId ?? ""}`;
    c.header("Location", `${origin}/certificates/${found.name}/pending?${query}`);
    c.header("Retry-After", retryAfter);
    return c.json(operationDocument(origin, found), 202);
  });

  routes.delete("/:name", (c) => {
    requireOperation(c, context, "certificates/delete", c.req.param("name"));
    const { origin, vault } = c.var;
    const found = find(c);
    found.certificate.deletedAt = now();
    return c.json({
      ...certificateDeletion(origin, vault, found),
      ...certificateBundle(origin, vault, found, findCertificateVersion(found, "")),
    });
  });

  addOperationRoutes(routes, context, find);
  addPolicyRoutes(routes, context, find);
  addVersionRoutes(routes, context, find);
  return routes;
}

type Find = (c: VaultContext) => NamedCertificate;

/** The operation that creates a version: read and deleted. */
function addOperationRoutes(routes: Hono<VaultEnv>, context: Context, find: Find): void {
  const findOperation = (c: VaultContext) => {
    const found = find(c);
    const id = c.req.query("request_id");
    // The id of a different operation counts as no operation.
    const isAnother = id !== undefined && id !== found.certificate.pending?.requestId;
    return isAnother ? { ...found, certificate: { ...found.certificate, pending: undefined } } : found;
  };

  routes.get("/:name/pending", (c) => {
    requireOperation(c, context, "certificates/get", c.req.param("name"));
    const found = findOperation(c) as NamedCertificate;
    const operation = operationDocument(c.var.origin, found);
    if (found.certificate.pending?.status === "inProgress") c.header("Retry-After", retryAfter);
    return c.json(operation);
  });

  // The effect of a cancellation is not documented.
  routes.patch("/:name/pending", (c) => {
    throw notServed(c);
  });

  routes.delete("/:name/pending", (c) => {
    requireOperation(c, context, "certificates/update", c.req.param("name"));
    const operation = operationDocument(c.var.origin, findOperation(c) as NamedCertificate);
    delete find(c).certificate.pending;
    return c.json(operation);
  });
}

function addPolicyRoutes(routes: Hono<VaultEnv>, context: Context, find: Find): void {
  routes.get("/:name/policy", (c) => {
    requireOperation(c, context, "certificates/get", c.req.param("name"));
    return c.json(policyDocument(c.var.origin, find(c)));
  });

  routes.patch("/:name/policy", async (c) => {
    requireOperation(c, context, "certificates/update", c.req.param("name"));
    const found = find(c);
    const values = checked(policyValues, await jsonOf(c));
    refuseOther(c, { ...values, issuer: values.issuer ?? { name: "Self" } });
    const { certificate } = found;
    certificate.policy = changedPolicy(certificate.policy, values, Math.floor(context.clock.now() / 1000));
    return c.json(policyDocument(c.var.origin, found));
  });
}

function addVersionRoutes(routes: Hono<VaultEnv>, context: Context, find: Find): void {
  routes.get("/:name/versions", (c) => {
    requireOperation(c, context, "certificates/list", c.req.param("name"));
    const { origin, vault } = c.var;
    const { name, certificate } = find(c);
    // Sorted by id, like secrets.
    const versions = certificate.versions.toSorted((a, b) => a.id.localeCompare(b.id));
    return pageOf(c, versions, (version) => certificateItem(origin, vault, name, version));
  });

  routes.get("/:name/:version?", (c) => {
    requireOperation(c, context, "certificates/get", c.req.param("name"));
    const { origin, vault } = c.var;
    const found = find(c);
    return c.json(certificateBundle(origin, vault, found, findCertificateVersion(found, c.req.param("version") ?? "")));
  });

  // Without a version, the newest one.
  routes.patch("/:name/:version?", async (c) => {
    requireOperation(c, context, "certificates/update", c.req.param("name"));
    const { origin, vault } = c.var;
    const found = find(c);
    const version = findCertificateVersion(found, c.req.param("version") ?? "");
    const { policy, attributes: given, tags } = checked(change, await jsonOf(c));
    if (policy) throw notServed(c, " with policy");
    Object.assign(version, {
      ...(typeof given?.enabled === "boolean" && { enabled: given.enabled }),
      ...(tags && { tags }),
      updated: Math.floor(context.clock.now() / 1000),
    });
    return c.json(certificateBundle(origin, vault, found, version));
  });
}

function refuseOther(c: VaultContext, policy: PolicyValues): void {
  const other = otherPolicy(policy);
  if (other !== undefined) throw notServed(c, ` with ${other}`);
}
