import { createHash } from "node:crypto";
import { decodeJwt, decodeProtectedHeader } from "jose";
import { assertionsOf } from "../../lib/credential/client-assertion";
import { useClock } from "../../lib/startup/clock";

let clock = Date.parse("2026-11-26T10:00:00Z");
afterAll(useClock(() => clock));

const thumbprint = "A1bC2dE3fH4iJ5kL6mN7oP8qR9sT0uA1bC2dE3fH4-_";
const at = (tenant: string) => ({
  clientId: "the-client",
  tokenEndpoint: `https://login.example/${tenant}/oauth2/v2.0/token`,
});

/** Signed digests, with a placeholder for their signature. */
function signer() {
  const digests: Buffer[] = [];
  const sign = jest.fn((digest: Buffer) => {
    digests.push(digest);
    return Promise.resolve(Buffer.from(`signature ${digests.length}`));
  });
  return { digests, sign };
}

test("an assertion is of the client, for one endpoint, for ten minutes, and names the certificate", async () => {
  const { digests, sign } = signer();
  const assertion = await assertionsOf({ thumbprint }, sign)(at("home"));
  expect(decodeProtectedHeader(assertion)).toEqual({ alg: "PS256", typ: "JWT", "x5t#S256": thumbprint });
  const from = clock / 1000;
  expect(decodeJwt(assertion)).toEqual({
    aud: "https://login.example/home/oauth2/v2.0/token",
    iss: "the-client",
    sub: "the-client",
    jti: expect.stringMatching(/^[0-9a-f-]{36}$/u) as string,
    iat: from,
    nbf: from,
    exp: from + 600,
  });
  const [header = "", claims = "", signature = ""] = assertion.split(".");
  expect(digests).toEqual([createHash("sha256").update(`${header}.${claims}`).digest()]);
  expect(Buffer.from(signature, "base64url").toString()).toBe("signature 1");
});

test("one serves all requests to an endpoint, at once and later; another endpoint has its own", async () => {
  const { sign } = signer();
  const assertions = assertionsOf({ thumbprint }, sign);
  const [one, two] = await Promise.all([assertions(at("home")), assertions(at("home"))]);
  clock += 4 * 60_000;
  expect([two, await assertions(at("home"))]).toEqual([one, one]);
  expect(sign).toHaveBeenCalledTimes(1);
  const customers = await assertions(at("customer"));
  expect(decodeJwt(customers).aud).toBe("https://login.example/customer/oauth2/v2.0/token");
  expect(sign).toHaveBeenCalledTimes(2);
});

test("in time before its end another one is signed", async () => {
  const { sign } = signer();
  const assertions = assertionsOf({ thumbprint }, sign);
  const first = await assertions(at("home"));
  clock += 5 * 60_000;
  const second = await assertions(at("home"));
  expect(second).not.toBe(first);
  expect(decodeJwt(second).exp).toBe(clock / 1000 + 600);
});

test("a signature that failed is asked for again", async () => {
  const sign = jest.fn<Promise<Buffer>, [Buffer]>().mockRejectedValueOnce(new Error("outage"));
  sign.mockResolvedValue(Buffer.from("signature"));
  const assertions = assertionsOf({ thumbprint }, sign);
  await expect(assertions(at("home"))).rejects.toThrow("outage");
  expect(await assertions(at("home"))).toMatch(/\.c2lnbmF0dXJl$/u);
});
