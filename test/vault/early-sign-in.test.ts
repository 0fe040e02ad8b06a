/** The vault's token, asked for beside the vault's challenge: what the challenge must name before the token is sent. */
import { createHttpHeaders, type PipelineRequest } from "@azure/core-rest-pipeline";
import { ClientCredential } from "../../lib/azure/client-credential";
import { clouds } from "../../lib/config/clouds";
import { httpClient } from "../../lib/http/client";
import { Vault } from "../../lib/vault/secrets";
import { clientId, refusal, tenantId } from "../oauth/fake-entra";

const { authority } = clouds.AzureCloud;
const own = `authorization="${authority}/${tenantId}"`;
const resource = 'resource="https://vault.azure.net"';

interface Answer {
  status?: number;
  body: object;
}

interface Network {
  /** The vault's answer to a request without a token. */
  challenge: string | { status: number };
  /** Entra's answer to the n-th request. */
  entra?: (count: number) => Answer | Promise<Answer>;
}

/** What was asked, in order. A token is named by the number of its request. */
let asked: string[];
let signIns: PipelineRequest[];
afterEach(() => {
  jest.restoreAllMocks();
});

const granted = (count: number) => ({
  body: { access_token: `token ${count}`, expires_in: 3600, token_type: "Bearer" },
});

function network({ challenge, entra = granted }: Network): void {
  [asked, signIns] = [[], []];
  const begun = Promise.withResolvers<undefined>();
  jest.spyOn(httpClient, "sendRequest").mockImplementation(async (request) => {
    const answer = (status: number, body: object, headers = {}) => ({
      ...{ request, status, bodyAsText: JSON.stringify(body) },
      headers: createHttpHeaders({ "Content-Type": "application/json", ...headers }),
    });
    if (request.url.startsWith(authority)) {
      const scope = new URLSearchParams(request.body as string).get("scope") ?? "";
      asked.push(`sign-in for ${scope}`);
      begun.resolve(undefined);
      const { status = 200, body } = await entra(signIns.push(request));
      return answer(status, body);
    }
    const bearer = request.headers.get("Authorization");
    asked.push(`vault, ${bearer ?? "without a token"}`);
    if (bearer !== undefined) return answer(200, { value: "v", id: "https://v.vault.azure.net/secrets/s/1" });
    if (typeof challenge === "object") return answer(challenge.status, { error: { code: "Forbidden" } });
    // Without a sign-in beside it this answer never comes.
    if (challenge.includes("beside")) await begun.promise;
    return answer(401, {}, { "WWW-Authenticate": `Bearer ${challenge}` });
  });
}

const read = async (tenant = tenantId): Promise<string> => {
  const credential = new ClientCredential(clouds.AzureCloud, { tenantId: tenant, clientId, clientSecret: "s" });
  return (await new Vault(clouds.AzureCloud, "https://v.vault.azure.net/", credential).read("s")).value;
};
const early = "sign-in for https://vault.azure.net/.default";

test("the token is asked for beside the challenge, and used once that names tenant and resource", async () => {
  network({ challenge: `${own}, ${resource}, beside="1"` });
  expect(await read()).toBe("v");
  expect(asked.toSorted()).toEqual([early, "vault, Bearer token 1", "vault, without a token"]);
});

test.each([
  ["another authority", `authorization="https://login.example/${tenantId}", ${resource}`],
  ["another tenant", `authorization="${authority}/${clientId}", ${resource}`],
  ["two authorities", `${own}, authorization="https://login.example/${tenantId}", ${resource}`],
  ["two resources", `${own}, resource="https://azure.net", ${resource}`],
  ["no authority", resource],
])(
  "a token that was asked for early is not sent to a vault that names %s: its own is asked for",
  async (_, challenge) => {
    network({ challenge });
    expect(await read()).toBe("v");
    expect(asked.toSorted()).toEqual([early, early, "vault, Bearer token 2", "vault, without a token"]);
  },
);

test("nor to a vault that names another resource, whose token is asked for as before", async () => {
  network({ challenge: `${own}, resource="https://azure.net"` });
  expect(await read()).toBe("v");
  const other = "sign-in for https://azure.net/.default";
  expect(asked.toSorted()).toEqual([other, early, "vault, Bearer token 2", "vault, without a token"]);
});

test("nor to one that names a resource elsewhere, which gets no token at all", async () => {
  network({ challenge: `${own}, resource="https://vault.example"` });
  await expect(read()).rejects.toThrow("The challenge resource 'vault.example' does not match the requested domain.");
  expect(asked.toSorted()).toEqual([early, "vault, without a token"]);
});

test("a refused sign-in is reported once, where the challenge agrees", async () => {
  network({ challenge: `${own}, ${resource}`, entra: () => refusal("invalid_client", "AADSTS7000215: Wrong secret.") });
  await expect(read()).rejects.toThrow("AADSTS7000215");
  expect(asked.toSorted()).toEqual([early, "vault, without a token"]);
});

test("where the challenge does not agree, only the refusal of the second sign-in counts", async () => {
  const entra = (count: number) =>
    count === 1 ? refusal("invalid_client", "AADSTS7000215: Wrong secret.") : granted(count);
  network({ challenge: `authorization="${authority}/${clientId}", ${resource}`, entra });
  expect(await read()).toBe("v");
});

test("a vault that refuses without a challenge: the sign-in ends with its answer, which is the error", async () => {
  network({ challenge: { status: 403 }, entra: () => new Promise(() => undefined) });
  await expect(read()).rejects.toMatchObject({ code: "vault-no-role" });
  expect(asked.toSorted()).toEqual([early, "vault, without a token"]);
  expect(signIns[0]?.abortSignal?.aborted).toBe(true);
});

test("a credential that does not name its tenant by id waits for the challenge", async () => {
  network({ challenge: `authorization="${authority}/${tenantId}", ${resource}` });
  expect(await read("partner.example")).toBe("v");
  expect(asked).toEqual(["vault, without a token", early, "vault, Bearer token 1"]);
});
