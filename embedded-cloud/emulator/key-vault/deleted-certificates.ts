import { Hono } from "hono";
import { nameOf, nowOf, requireOperation, type VaultContext, type VaultEnv } from "./authorization";
import {
  certificateBundle,
  certificateDeletion,
  certificateListItem,
  deletedCertificateBundle,
} from "./certificate-bundles";
import {
  findCertificateVersion,
  findDeletedCertificate,
  recoverCertificate,
  type NamedCertificate,
} from "./certificate-store";
import { listedCertificates } from "./certificates";
import { refusePurge } from "./deleted-secrets";
import { pageOf } from "./paging";

const find = (c: VaultContext): NamedCertificate => findDeletedCertificate(c.var.vault, nameOf(c), nowOf(c));

/** Soft-deleted certificates. Key and secret are deleted and recovered with their certificate. */
export function deletedCertificateRoutes(): Hono<VaultEnv> {
  const routes = new Hono<VaultEnv>({ strict: false });

  routes.get("/", (c) => {
    requireOperation(c, "certificates/list");
    return pageOf(c, listedCertificates(c, "deleted"), (one) => ({
      ...certificateDeletion(c, one),
      ...certificateListItem(c, one),
    }));
  });

  routes.get("/:name", (c) => {
    requireOperation(c, "certificates/get");
    return c.json(deletedCertificateBundle(c, find(c)));
  });

  routes.post("/:name/recover", (c) => {
    requireOperation(c, "certificates/recover");
    const found = find(c);
    recoverCertificate(found.certificate, nowOf(c));
    return c.json(certificateBundle(c, found, findCertificateVersion(found, "")));
  });

  routes.delete("/:name", (c) => {
    requireOperation(c, "certificates/purge");
    const { name } = find(c);
    refusePurge(c);
    c.var.vault.certificates.delete(name);
    return c.body(null, 204);
  });

  return routes;
}
