import { Hono } from "hono";
import { nameOf, nowOf, requireOperation, type VaultContext, type VaultEnv } from "./authorization";
import { certificateBundle, deletedCertificateBundle } from "./certificate-bundles";
import {
  findCertificateVersion,
  findDeletedCertificate,
  recoverCertificate,
  type NamedCertificate,
} from "./certificate-store";

const find = (c: VaultContext): NamedCertificate => findDeletedCertificate(c.var.vault, nameOf(c), nowOf(c));

/** Soft-deleted certificates: get and recover. Key and secret are deleted and recovered with their certificate. */
export function deletedCertificateRoutes(): Hono<VaultEnv> {
  const routes = new Hono<VaultEnv>({ strict: false });

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

  return routes;
}
