import { Hono } from "hono";
import type { Context } from "../context";
import { requireOperation, type VaultEnv } from "./authorization";
import { certificateBundle, certificateDeletion, certificateItem } from "./certificate-bundles";
import {
  certificatesOf,
  findCertificateVersion,
  findDeletedCertificate,
  newestIssued,
  recoverCertificate,
} from "./certificate-store";
import { refusePurge } from "./deleted-secrets";
import { pageOf } from "./paging";

/** Soft-deleted certificates: list, read, recover, purge. Key and secret are deleted and recovered with their certificate. */
export function deletedCertificateRoutes(context: Context): Hono<VaultEnv> {
  const routes = new Hono<VaultEnv>({ strict: false });
  const now = (): number => context.clock.now();

  routes.get("/", (c) => {
    requireOperation(c, context, "certificates/list");
    const { origin, vault } = c.var;
    const shown = certificatesOf(vault, "deleted", now()).filter(
      ({ certificate }) => c.req.query("includePending") === "true" || newestIssued(certificate) !== undefined,
    );
    return pageOf(c, shown, (one) => ({
      ...certificateDeletion(origin, vault, one),
      ...certificateItem(origin, vault, one.name, findCertificateVersion(one, "")),
      id: `${origin}/certificates/${one.name}`,
    }));
  });

  routes.get("/:name", (c) => {
    requireOperation(c, context, "certificates/get", c.req.param("name"));
    const { origin, vault } = c.var;
    const found = findDeletedCertificate(vault, c.req.param("name"), now());
    return c.json({
      ...certificateDeletion(origin, vault, found),
      ...certificateBundle(origin, vault, found, findCertificateVersion(found, "")),
    });
  });

  routes.post("/:name/recover", (c) => {
    requireOperation(c, context, "certificates/recover", c.req.param("name"));
    const { origin, vault } = c.var;
    const found = findDeletedCertificate(vault, c.req.param("name"), now());
    recoverCertificate(found.certificate, now());
    return c.json(certificateBundle(origin, vault, found, findCertificateVersion(found, "")));
  });

  routes.delete("/:name", (c) => {
    requireOperation(c, context, "certificates/purge", c.req.param("name"));
    const { vault } = c.var;
    const { name } = findDeletedCertificate(vault, c.req.param("name"), now());
    refusePurge(c);
    vault.certificates.delete(name);
    return c.body(null, 204);
  });

  return routes;
}
