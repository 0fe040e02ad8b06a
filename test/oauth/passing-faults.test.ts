/** Faults of Entra's that pass: what asks for a token goes on, and a code is sent once. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { RestError } from "@azure/core-rest-pipeline";
import { credentialError } from "../../lib/azure/credential-error";
import { azureCredential } from "../../lib/azure/credential";
import { type Cloud, clouds, cloudOf } from "../../lib/config/clouds";
import { noAnswer } from "../../lib/http/http-failure";
import { forgetPauses } from "../../lib/http/pacing";
import { checkRedirect, redeemCode, requestAuthorization } from "../../lib/oauth/authorization-code";
import { discoverTenant } from "../../lib/oauth/discovery";
import { redeemRefreshToken } from "../../lib/oauth/refresh-token";
import { foreignCertificate } from "../../tools/embedded-cloud/testing/certificates";
import { ownEndpoints } from "../support/own-endpoints";
import { withShortPauses } from "../support/pauses";
import {
  application,
  clientId,
  discovered,
  fakeEntra,
  refusal,
  type SentForm,
  tenantId,
  tokenAnswer,
} from "./fake-entra";
import { temporaryFolder } from "../support/temporary-folder";

const own = cloudOf("AzureCloud", ownEndpoints({ authority: "https://127.0.0.1:9443" }));
const resource = own.partnerCenter;

const certificateFile = join(temporaryFolder(), "client.pem");
beforeAll(() => {
  const { pem, privateKey } = foreignCertificate();
  writeFileSync(certificateFile, String(privateKey.export({ format: "pem", type: "pkcs8" })) + pem);
});
afterEach(() => {
  jest.restoreAllMocks();
  forgetPauses();
});

type Answer = ReturnType<Parameters<typeof fakeEntra>[0]>;

function lost(code: string): never {
  throw new RestError(`The connection was lost (${code}).`, { code });
}

const refused = (status: number, error: string, number?: number): Answer => {
  const words = number === undefined ? "" : `AADSTS${number}: A transient error has occurred. Please try again.`;
  return { ...refusal(error, words), status };
};

const faults: Record<string, () => Answer> = {
  "a 500": () => ({ status: 500, body: {} }),
  "a 503": () => ({ status: 503, body: {} }),
  "a 503 that says when": () => ({ status: 503, headers: { "Retry-After": "1" }, body: {} }),
  "a 504": () => ({ status: 504, body: {} }),
  "too many requests": () => ({ status: 429, headers: { "retry-after-ms": "5" }, body: {} }),
  "a lost connection": () => lost("ECONNRESET"),
  "no connection in time": () => lost("ETIMEDOUT"),
  "no answer in time": () => lost(noAnswer),
  "AADSTS90033 with a 503": () => refused(503, "temporarily_unavailable", 90033),
  "AADSTS50033 with a 400": () => refused(400, "invalid_grant", 50033),
  "an error of the server without a number": () => refused(400, "server_error"),
};

const tokens = (nonce = "") => tokenAnswer({ nonce, iss: `${own.authority}/${tenantId}/v2.0` });

/** Entra, whose token endpoint has this fault so many times, and then none. */
function entraWith(fault: () => Answer, times: number, nonce?: string): SentForm[] {
  let left = times;
  return fakeEntra(({ form }) => {
    if (form["grant_type"] === undefined) return { body: discovered(own.authority) };
    return left-- > 0 ? fault() : { body: tokens(nonce) };
  });
}

const forms = (sent: SentForm[]) => sent.map(({ form }) => form["grant_type"]).filter(Boolean);

const asVendor = (cloud: Cloud) =>
  withMachine(async () => await azureCredential(cloud).getToken("https://vault.example/.default"));

/** The variables of a service principal with a certificate, which only the vendor's credential knows. */
async function withMachine<T>(run: () => Promise<T>): Promise<T> {
  const before = { ...process.env };
  for (const name of Object.keys(process.env))
    if (/^(?:ARM|AZURE)_/u.test(name)) Reflect.deleteProperty(process.env, name);
  const AZURE_CLIENT_CERTIFICATE_PATH = certificateFile;
  Object.assign(process.env, { AZURE_TENANT_ID: tenantId, AZURE_CLIENT_ID: clientId, AZURE_CLIENT_CERTIFICATE_PATH });
  try {
    return await run();
  } finally {
    process.env = before;
  }
}

const ways: Record<string, (cloud: Cloud) => Promise<unknown>> = {
  "a refresh token": (cloud) => redeemRefreshToken(cloud, application, "refresh-canary", resource),
  "this process's service principal": async (cloud) => {
    const [ARM_TENANT_ID, ARM_CLIENT_ID, ARM_CLIENT_SECRET] = [tenantId, clientId, "secret-canary"];
    const credential = azureCredential(cloud, { ARM_TENANT_ID, ARM_CLIENT_ID, ARM_CLIENT_SECRET });
    return await credential.getToken("https://vault.example/.default");
  },
  "a credential of the vendor's": asVendor,
};

describe.each(Object.entries(ways))("%s", (_, ask) => {
  test.each(Object.entries(faults))("is asked for again after %s", async (__, fault) => {
    const sent = entraWith(fault, 3);
    await withShortPauses(async () => await ask(own));
    expect(forms(sent)).toHaveLength(4);
    expect(forms(sent)).toEqual(Array(4).fill(forms(sent)[0]));
  });

  test("that Entra refuses is asked for once", async () => {
    const sent = entraWith(() => refusal("invalid_client", "AADSTS7000215: Invalid client secret provided."), 9);
    await expect(ask(own)).rejects.toThrow("AADSTS7000215");
    expect(forms(sent)).toHaveLength(1);
  });

  test.each([
    ["a 503", /Entra says: 503, and nothing more\./u],
    [
      "AADSTS90033 with a 503",
      /: the directory does not answer\. Entra says: AADSTS90033: A transient error has occurred\. Please try again\./u,
    ],
  ])("for which %s does not end is told as Entra's fault, and what to do", async (name, words) => {
    const sent = entraWith(faults[name] ?? (() => lost("unknown")), Number.POSITIVE_INFINITY);
    const failure = await withShortPauses(async () => await ask(own)).catch((error: unknown) => error);
    expect(forms(sent)).toHaveLength(6);
    const told = credentialError("Reading", undefined, failure);
    expect(told.code).toBe("entra-passing");
    expect(told.message).toMatch(words);
    expect(told.message).toMatch(/a fault of Entra's that passes by itself.* Run it again in some minutes/u);
    expect(told.message).not.toMatch(/report this|az login|canary/u);
  });
});

test.each(Object.entries(faults))(
  "a code is sent once, and what came of it is told to pass: %s",
  async (name, fault) => {
    const redirectUri = "http://localhost:8400/consent";
    const asked = { resource, redirectUri, loginHint: undefined };
    fakeEntra(() => ({ body: discovered(own.authority) }));
    const made = await requestAuthorization(own, application, asked);
    const sent = entraWith(fault, 1, made.nonce);
    const code = checkRedirect(made, new URLSearchParams({ code: "the-code", state: made.state }));
    const redeemed = withShortPauses(async () => await redeemCode(code, application));
    if (name === "too many requests") {
      // It was not processed, and so used nothing up.
      expect(await redeemed).toMatchObject({ refreshToken: "rolled" });
      return;
    }
    await expect(redeemed).rejects.toMatchObject({
      code: expect.stringMatching(/^(?:entra-passing|http-unreachable|http-timeout)$/u) as string,
    });
    expect(forms(sent)).toEqual(["authorization_code"]);
  },
);

test("a tenant is looked for again, and a fault without an end is no missing tenant", async () => {
  let left = 3;
  fakeEntra(() => (left-- > 0 ? refused(503, "temporarily_unavailable", 90033) : { body: discovered(own.authority) }));
  await withShortPauses(async () => {
    expect(await discoverTenant(own, tenantId)).toBe(tenantId);
    left = Number.POSITIVE_INFINITY;
    await expect(discoverTenant(own, tenantId)).rejects.toMatchObject({ code: "entra-passing", remedy: "passing" });
  });
});

describe("discovery that leads elsewhere", () => {
  const elsewhere = "https://elsewhere.example";
  const endpoints = [
    "authorization_endpoint",
    "token_endpoint",
    "jwks_uri",
    "device_authorization_endpoint",
    "end_session_endpoint",
  ];
  const rows = Object.entries(ways).flatMap(([way, ask]) => endpoints.map((name) => ({ way, name, ask })));

  test.each(rows)("gets nothing that signs in: $way, $name", async ({ ask, name }) => {
    const sent = fakeEntra(() => ({ body: { ...discovered(own.authority), [name]: `${elsewhere}/${tenantId}/x` } }));
    const failure: unknown = await ask(own).catch((error: unknown) => error);
    expect(sent.filter(({ url, form }) => url.startsWith(elsewhere) || Object.keys(form).length > 0)).toEqual([]);
    expect(credentialError("Reading", undefined, failure).message).toContain(
      `names another address, ${elsewhere}, for`,
    );
  });

  test.each(["https:elsewhere.example/x", "//elsewhere.example/x", "/x", "nowhere"])(
    "is no tenant's, in whatever form an address is written: %s",
    async (endpoint) => {
      fakeEntra(() => ({ body: { ...discovered(own.authority), token_endpoint: endpoint } }));
      await expect(discoverTenant(own, tenantId)).rejects.toMatchObject({ code: "http-elsewhere" });
    },
  );

  test.each(endpoints)("is no tenant's, and no sign-in starts there: %s", async (name) => {
    fakeEntra(() => ({ body: { ...discovered(own.authority), [name]: `${elsewhere}/x` } }));
    await expect(discoverTenant(own, tenantId)).rejects.toMatchObject({ code: "http-elsewhere" });
    const asked = { resource, redirectUri: "http://localhost:8400/consent", loginHint: undefined };
    await expect(requestAuthorization(own, application, asked)).rejects.toThrow();
  });

  test.each([
    [clouds.AzureUSGovernment, "https://login.microsoftonline.us", undefined],
    [clouds.AzureChinaCloud, "https://login.partner.microsoftonline.cn", undefined],
    [clouds.AzureChinaCloud, "https://login.microsoftonline.us", "http-elsewhere"],
    [clouds.AzureUSGovernment, "https://login.partner.microsoftonline.cn", "http-elsewhere"],
  ])("a cloud's own hosts are no other ones: %#", async ({ authority, ...cloud }, host, code) => {
    fakeEntra(() => ({ body: { ...discovered(host), userinfo_endpoint: `${cloud.microsoftGraph}/oidc/userinfo` } }));
    const found = discoverTenant({ ...cloud, authority }, tenantId).catch(
      (error: unknown) => (error as { code: string }).code,
    );
    expect(await found).toBe(code ?? tenantId);
  });
});
