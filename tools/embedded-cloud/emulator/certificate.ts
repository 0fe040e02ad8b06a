import { generateKeyPairSync, randomUUID, X509Certificate } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { issueCertificate } from "./x509";

/** The certificate of the emulator's listeners, and the file that clients must trust. */
export interface ServerCertificate {
  /** PEM file of the private CA's certificate: for NODE_EXTRA_CA_CERTS or an SSL_CERT_FILE bundle. */
  caFile: string;
  certificate: string;
  key: string;
}

const day = 24 * 60 * 60 * 1000;
const validity = 365 * day;
/** A certificate that expires within this time is replaced, so that it does not expire during a run. */
const margin = 7 * day;

/** Creates a certificate when needed. The CA's private key is never written, so it signs nothing else. */
export async function serverCertificate(directory: string): Promise<ServerCertificate> {
  const home = path.join(directory, "certificate");
  const kept = await read(home);
  if (kept !== undefined && isFresh(kept)) return kept;
  const fresh = `${home}.${randomUUID()}`;
  await mkdir(fresh, { recursive: true, mode: 0o700 });
  await Promise.all(
    Object.entries(makeCertificate()).map(([name, text]) => writeFile(path.join(fresh, name), text, { mode: 0o600 })),
  );
  return publish(fresh, home, kept);
}

/** Renames the whole folder, so that a process that starts at the same moment never finds a part of it. */
async function publish(fresh: string, home: string, stale: ServerCertificate | undefined): Promise<ServerCertificate> {
  if (stale !== undefined) {
    const aside = `${home}.${randomUUID()}`;
    // A second process may have moved it already.
    await rename(home, aside).then(
      () => rm(aside, { recursive: true }),
      () => undefined,
    );
  }
  try {
    await rename(fresh, home);
  } catch {
    await rm(fresh, { recursive: true });
  }
  const published = await read(home);
  if (published === undefined)
    throw new Error(`the emulator's certificate in ${home} cannot be read: delete the folder`);
  return published;
}

async function read(home: string): Promise<ServerCertificate | undefined> {
  const caFile = path.join(home, "ca.pem");
  try {
    const [certificate, key] = await Promise.all([
      readFile(path.join(home, "server.pem"), "utf8"),
      readFile(path.join(home, "server.key"), "utf8"),
      readFile(caFile, "utf8"),
    ]);
    return { caFile, certificate, key };
  } catch {
    return undefined;
  }
}

function isFresh({ certificate }: ServerCertificate): boolean {
  return new X509Certificate(certificate).validToDate.getTime() - Date.now() > margin;
}

function makeCertificate(): Record<"ca.pem" | "server.pem" | "server.key", string> {
  const [ca, server] = [newKeys(), newKeys()];
  const issuer = `Embedded cloud CA ${randomUUID().slice(0, 8)}`;
  const common = {
    issuer,
    issuerPublicKey: ca.publicKey,
    issuerPrivateKey: ca.privateKey,
    notBefore: new Date(Date.now() - day),
    notAfter: new Date(Date.now() + validity),
  };
  return {
    "ca.pem": issueCertificate({ ...common, subject: issuer, publicKey: ca.publicKey, role: "ca" }),
    "server.pem": issueCertificate({
      ...common,
      subject: "Embedded cloud",
      publicKey: server.publicKey,
      role: { server: { addresses: [[127, 0, 0, 1]], names: ["localhost"] } },
    }),
    "server.key": server.privateKey.export({ format: "pem", type: "pkcs8" }).toString(),
  };
}

const newKeys = () => generateKeyPairSync("ec", { namedCurve: "P-256" });
