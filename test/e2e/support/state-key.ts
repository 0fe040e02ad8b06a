/**
 * The key of the states that tests make. A stand-in keeps it for the one request that the engine sends to a HashiCorp Vault: from a passphrase, which
 * `npm start`, the templates and earlier states have, each run of the engine derives its key by a million rounds of SHA-256.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";

/** Public on purpose, like the passphrase of stack dev. */
const key = Buffer.alloc(32, "embedded-cloud").toString("base64");
const mark = "vault:v1:";

export const secretsProvider = "hashivault://tests";

export const stateKey = {
  secretsprovider: secretsProvider,
  encryptedkey: Buffer.from(`${mark}${key}`).toString("base64"),
};

let address: Promise<string> | undefined;

/** VAULT_ADDR of the stand-in, one for a test file. It does not keep the process from ending. */
export function stateKeyAddress(): Promise<string> {
  address ??= new Promise((resolve, reject) => {
    // The engine may reuse a connection after Node's five seconds.
    const server = createServer({ keepAliveTimeout: 240_000 }, (request, response) => {
      void json(request).then((body) => {
        const { ciphertext } = body as { ciphertext: string };
        response.setHeader("content-type", "application/json");
        response.end(JSON.stringify({ data: { plaintext: ciphertext.slice(mark.length) } }));
      });
    });
    server.once("error", reject).listen(0, "127.0.0.1", () => {
      server.unref();
      resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    });
  });
  return address;
}
