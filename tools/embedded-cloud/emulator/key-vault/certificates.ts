import { Hono } from "hono";
import * as v from "valibot";
import { strictObject } from "../strict-json";
import { nameOf, nowOf, requireOperation, type VaultContext, type VaultEnv } from "./authorization";
import {
  certificateBundle,
  certificateItem,
  certificateListItem,
  deletedCertificateBundle,
  operationDocument,
  policyDocument,
} from "./certificate-bundles";
import { otherPolicy, policyValues } from "./certificate-policy";
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
import { checked, objectTags } from "./secret-values";

/** Seconds in Key Vault's Retry-After before the client checks again; recorded. */
const retryAfter = "10";

/** A certificate's own dates come from its policy: a request can only set whether a version is enabled. */
const attributes = v.nullish(strictObject({ enabled: v.nullish(v.boolean()) }));
const creation = strictObject({ policy: v.nullish(policyValues), attributes, tags: objectTags });
const change = strictObject({ policy: v.nullish(policyValues), attributes, tags: objectTags });

const find = (c: VaultContext): NamedCertificate => findCertificate(c.var.vault, nameOf(c), nowOf(c));

/** Creation and its operation, and everything about certificates that are not deleted. */
export function certificateRoutes(): Hono<VaultEnv> {
  const routes = new Hono<VaultEnv>({ strict: false });

  // Contacts and issuers are not names of certificates.
  routes.all("/:reserved{contacts|issuers}/*", (c) => {
    throw notServed(c);
  });

  routes.get("/", (c) => {
    requireOperation(c, "certificates/list");
    const issued = certificatesOf(c.var.vault, "live", nowOf(c)).filter(({ certificate }) => newestIssued(certificate));
    return pageOf(c, issued, (one) => certificateListItem(c, one));
  });

  routes.post("/:name/create", async (c) => {
    requireOperation(c, "certificates/create");
    const { policy, attributes: given, tags } = checked(creation, await jsonOf(c));
    const other = policy && otherPolicy(policy);
    if (other) throw notServed(c, ` with ${other}`);
    const { origin, vault } = c.var;
    const asked = { policy: policy ?? undefined, tags: tags ?? {}, enabled: given?.enabled ?? true };
    const found = await createCertificate(vault, nameOf(c), asked, () => nowOf(c));
    const query = `api-version=${c.req.query("api-version") ?? ""}&request_id=${found.certificate.pending?.requestId ?? ""}`;
    c.header("Location", `${origin}/certificates/${found.name}/pending?${query}`);
    c.header("Retry-After", retryAfter);
    return c.json(operationDocument(c, found), 202);
  });

  routes.delete("/:name", (c) => {
    requireOperation(c, "certificates/delete");
    const found = find(c);
    found.certificate.deletedAt = nowOf(c);
    return c.json(deletedCertificateBundle(c, found));
  });

  routes.get("/:name/pending", (c) => {
    requireOperation(c, "certificates/get");
    const found = find(c);
    const operation = operationDocument(c, found);
    if (found.certificate.pending?.status === "inProgress") c.header("Retry-After", retryAfter);
    return c.json(operation);
  });

  routes.delete("/:name/pending", (c) => {
    requireOperation(c, "certificates/update");
    const found = find(c);
    const operation = operationDocument(c, found);
    delete found.certificate.pending;
    return c.json(operation);
  });

  // The effect of a cancellation is not documented, and no change of a policy is served.
  routes.patch("/:name/:what{pending|policy}", (c) => {
    throw notServed(c);
  });

  routes.get("/:name/policy", (c) => {
    requireOperation(c, "certificates/get");
    return c.json(policyDocument(c, find(c)));
  });

  addVersionRoutes(routes);
  return routes;
}

function addVersionRoutes(routes: Hono<VaultEnv>): void {
  routes.get("/:name/versions", (c) => {
    requireOperation(c, "certificates/list");
    const { name, certificate } = find(c);
    // Sorted by id, like secrets.
    const versions = certificate.versions.toSorted((a, b) => a.id.localeCompare(b.id));
    return pageOf(c, versions, (version) => certificateItem(c, name, version));
  });

  routes.get("/:name/:version?", (c) => {
    requireOperation(c, "certificates/get");
    const found = find(c);
    return c.json(certificateBundle(c, found, findCertificateVersion(found, c.req.param("version") ?? "")));
  });

  // Without a version, the newest one.
  routes.patch("/:name/:version?", async (c) => {
    requireOperation(c, "certificates/update");
    const found = find(c);
    const version = findCertificateVersion(found, c.req.param("version") ?? "");
    const { policy, attributes: given, tags } = checked(change, await jsonOf(c));
    if (policy) throw notServed(c, " with policy");
    Object.assign(version, {
      ...(typeof given?.enabled === "boolean" && { enabled: given.enabled }),
      ...(tags && { tags }),
      updated: Math.floor(nowOf(c) / 1000),
    });
    return c.json(certificateBundle(c, found, version));
  });
}
