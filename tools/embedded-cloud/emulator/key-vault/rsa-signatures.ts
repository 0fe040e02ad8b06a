/** Signatures over a digest that the caller computed (RFC 8017): Node.js signs only what it hashed itself. */
import { constants, createHash, privateEncrypt, randomBytes, type KeyObject } from "node:crypto";

/** Of SHA-256. */
export const digestBytes = 32;

/** The prefix of a digest in a PKCS #1 signature: its algorithm in DER (RFC 8017, 9.2). */
const prefix = Buffer.from("3031300d060960864801650304020105000420", "hex");

/** @param digest SHA-256 */
export function signDigest(key: KeyObject, algorithm: "PS256" | "RS256", digest: Buffer): Buffer {
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  return algorithm === "RS256"
    ? privateEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, Buffer.concat([prefix, digest]))
    : privateEncrypt({ key, padding: constants.RSA_NO_PADDING }, pssEncoded(digest, bits / 8));
}

const hashOf = (...parts: Buffer[]): Buffer => createHash("sha256").update(Buffer.concat(parts)).digest();

/** EMSA-PSS (RFC 8017, 9.1); the salt is as long as the digest. Keys have whole bytes, so a bit is left. */
function pssEncoded(digest: Buffer, length: number): Buffer {
  const salt = randomBytes(digestBytes);
  const inner = hashOf(Buffer.alloc(8), digest, salt);
  const data = Buffer.concat([Buffer.alloc(length - digest.length - salt.length - 2), Buffer.from([1]), salt]);
  return Buffer.concat([masked(data, inner), inner, Buffer.from([0xbc])]);
}

/** Applies the mask that the inner digest gives; the first bit stays clear. */
function masked(data: Buffer, inner: Buffer): Buffer {
  const blocks: Buffer[] = [];
  for (let block = 0; blocks.length * inner.length < data.length; block += 1) {
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(block);
    blocks.push(hashOf(inner, counter));
  }
  const mask = Buffer.concat(blocks);
  const result = Buffer.from(data.map((byte, index) => byte ^ (mask[index] ?? 0)));
  result.writeUInt8(result.readUInt8(0) & 0x7f, 0);
  return result;
}
