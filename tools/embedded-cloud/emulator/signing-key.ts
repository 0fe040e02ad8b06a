import { createPrivateKey, createPublicKey, generateKeyPair, randomUUID, type KeyObject } from "node:crypto";
import { readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { secretHash } from "./secret-hash";

/** The RSA key pair that signs one cloud's tokens. */
export interface SigningKey {
  kid: string;
  privateKey: KeyObject;
  publicKey: KeyObject;
}

/** The key stored in `directory`, or a new one: a worker thread generates it, in up to a second. */
export async function signingKey(directory: string, cloud: string): Promise<SigningKey> {
  const file = path.join(directory, `signing-key-${cloud}.pem`);
  try {
    return fromPem(await readFile(file, "utf8"));
  } catch {
    const { privateKey } = await promisify(generateKeyPair)("rsa", { modulusLength: 2048 });
    const pem = privateKey.export({ format: "pem", type: "pkcs8" }).toString();
    const unfinished = `${file}.${randomUUID()}`;
    await writeFile(unfinished, pem, { mode: 0o600 });
    await rename(unfinished, file);
    return fromPem(pem);
  }
}

function fromPem(pem: string): SigningKey {
  const privateKey = createPrivateKey(pem);
  const publicKey = createPublicKey(privateKey);
  return {
    kid: secretHash(publicKey.export({ format: "der", type: "spki" }).toString("base64url")),
    privateKey,
    publicKey,
  };
}
