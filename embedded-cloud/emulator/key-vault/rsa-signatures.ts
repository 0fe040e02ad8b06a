/** Signatures over a digest that the caller computed (RFC 8017): Node.js signs only what it hashed itself. */
import { constants, createHash, privateEncrypt, publicDecrypt, randomBytes, type KeyObject } from "node:crypto";

interface Algorithm {
  hash: "sha256" | "sha384" | "sha512";
  /** Bytes of the digest. */
  digest: number;
  padding: "pkcs1" | "pss";
}

/** Of RSA keys, by their names in JOSE. */
export const algorithms: Readonly<Record<string, Algorithm>> = {
  RS256: { hash: "sha256", digest: 32, padding: "pkcs1" },
  RS384: { hash: "sha384", digest: 48, padding: "pkcs1" },
  RS512: { hash: "sha512", digest: 64, padding: "pkcs1" },
  PS256: { hash: "sha256", digest: 32, padding: "pss" },
  PS384: { hash: "sha384", digest: 48, padding: "pss" },
  PS512: { hash: "sha512", digest: 64, padding: "pss" },
};

/** The prefix of a digest in a PKCS #1 signature: its algorithm in DER (RFC 8017, 9.2). */
const prefixes = {
  sha256: Buffer.from("3031300d060960864801650304020105000420", "hex"),
  sha384: Buffer.from("3041300d060960864801650304020205000430", "hex"),
  sha512: Buffer.from("3051300d060960864801650304020305000440", "hex"),
};

/** @param digest of the algorithm's length */
export function signDigest(key: KeyObject, { hash, padding }: Algorithm, digest: Buffer): Buffer {
  return padding === "pkcs1"
    ? privateEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, Buffer.concat([prefixes[hash], digest]))
    : privateEncrypt({ key, padding: constants.RSA_NO_PADDING }, pssEncoded(hash, digest, bitsOf(key)));
}

export function verifyDigest(key: KeyObject, { hash, padding }: Algorithm, digest: Buffer, signature: Buffer): boolean {
  try {
    if (padding === "pss") {
      const encoded = publicDecrypt({ key, padding: constants.RSA_NO_PADDING }, signature);
      return isPssEncoded(hash, digest, encoded, bitsOf(key));
    }
    const opened = publicDecrypt({ key, padding: constants.RSA_PKCS1_PADDING }, signature);
    return opened.equals(Buffer.concat([prefixes[hash], digest]));
  } catch {
    // OpenSSL throws for a malformed signature.
    return false;
  }
}

const bitsOf = (key: KeyObject): number => key.asymmetricKeyDetails?.modulusLength ?? 0;

type Hash = Algorithm["hash"];
const hashOf = (hash: Hash, ...parts: Buffer[]): Buffer => createHash(hash).update(Buffer.concat(parts)).digest();

/** EMSA-PSS (RFC 8017, 9.1); the salt is as long as the digest. Keys have whole bytes, so a bit is left. */
function pssEncoded(hash: Hash, digest: Buffer, bits: number, salt: Buffer = randomBytes(digest.length)): Buffer {
  const length = bits / 8;
  const inner = hashOf(hash, Buffer.alloc(8), digest, salt);
  const data = Buffer.concat([Buffer.alloc(length - digest.length - salt.length - 2), Buffer.from([1]), salt]);
  return Buffer.concat([masked(hash, data, inner), inner, Buffer.from([0xbc])]);
}

function isPssEncoded(hash: Hash, digest: Buffer, encoded: Buffer, bits: number): boolean {
  const dataLength = bits / 8 - digest.length - 1;
  const inner = encoded.subarray(dataLength, -1);
  const salt = masked(hash, encoded.subarray(0, dataLength), inner).subarray(-digest.length);
  return pssEncoded(hash, digest, bits, salt).equals(encoded);
}

/** Applies or removes the mask that the inner digest gives; the first bit stays clear. */
function masked(hash: Hash, data: Buffer, inner: Buffer): Buffer {
  const blocks: Buffer[] = [];
  for (let block = 0; blocks.length * inner.length < data.length; block += 1) {
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(block);
    blocks.push(hashOf(hash, inner, counter));
  }
  const mask = Buffer.concat(blocks);
  const result = Buffer.from(data.map((byte, index) => byte ^ (mask[index] ?? 0)));
  result.writeUInt8(result.readUInt8(0) & 0x7f, 0);
  return result;
}
