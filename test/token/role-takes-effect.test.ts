/** A role that is not in effect yet, in every form of a vault's refusal: with the vendor's SDK and the vault's real responses. */
import { createHttpHeaders } from "@azure/core-rest-pipeline";
import { preflight } from "../../lib/token/writer";
import { httpClient } from "../../lib/http/client";
import { Vault } from "../../lib/vault/secrets";
import { VaultError } from "../../lib/vault/vault-error";
import { workingCredential } from "../vault/fake-vault";
import { target } from "./fixtures";

jest.mock("node:timers/promises", () => ({ setTimeout: () => Promise.resolve() }));

const json = (code: string, innererror?: object | null) =>
  JSON.stringify({
    error: { code, message: "Caller is not authorized to perform action on resource.\r\n", innererror },
  });
const challenge = 'Bearer authorization="https://login.example/tenant", resource="https://vault.azure.net"';
const configuration = {
  issuer: `https://login.microsoftonline.com/${target.tenantId}/v2.0`,
  cloud_instance_name: "microsoftonline.com",
};
const secret = { id: `${target.vaultUri}/secrets/x/v1`, value: "the secret", attributes: { enabled: true } };

interface Refusal {
  status: number;
  body: string;
  type?: string;
}

/** @param refusals the vault's first responses, one for each request; then it works @param of the requests that are refused */
function vaultThat(refusals: Refusal[], of: (method: string, path: string) => boolean = () => true): Vault {
  jest.spyOn(httpClient, "sendRequest").mockImplementation((request) => {
    const answer = (status: number, bodyAsText: string, headers: Record<string, string>) =>
      Promise.resolve({ request, status, bodyAsText, headers: createHttpHeaders(headers) });
    const { host, pathname } = new URL(request.url);
    const application = { "content-type": "application/json" };
    if (host === "login.microsoftonline.com") return answer(200, JSON.stringify(configuration), application);
    if (!request.headers.has("authorization")) return answer(401, "", { "www-authenticate": challenge });
    const refusal = of(request.method, pathname) ? refusals.shift() : undefined;
    if (refusal !== undefined)
      return answer(refusal.status, refusal.body, { "content-type": refusal.type ?? application["content-type"] });
    const isList = pathname.endsWith("/versions");
    return answer(200, JSON.stringify(isList ? { value: [] } : secret), application);
  });
  return new Vault(target.cloud, target.vaultUri, workingCredential());
}
afterEach(() => {
  jest.restoreAllMocks();
});

const lines: string[] = [];
const check = async (vault: Vault): Promise<unknown> => {
  lines.length = 0;
  const { credential } = await preflight({ ...target, awaitsRole: true }, vault, (line) => lines.push(line));
  const application = await credential.use((one) => Promise.resolve(one));
  return "clientSecret" in application ? application.clientSecret : application;
};
const waits = /role assignment on the vault to take effect/u;

const forms: [string, string, type?: string][] = [
  ["ForbiddenByRbac", json("Forbidden", { code: "ForbiddenByRbac" })],
  ["Forbidden", json("Forbidden")],
  ["Forbidden, with nothing inside", json("Forbidden", null)],
  ["no body", ""],
  ["no body, as text", "", "text/plain"],
  ["null", "null"],
  ["an empty object", "{}"],
  ["a text for an error", '{"error":"Forbidden"}'],
  ["a text", '"Forbidden"'],
  ["a page", "<html>403 Forbidden</html>", "text/html"],
  ["a number for a code", '{"error":{"code":7,"innererror":{"code":[]}}}'],
];

test.each(forms.map((form) => ({ name: form[0], body: form[1], type: form[2] })))(
  "403 as $name is waited for, of a list, a store and a read",
  async ({ body, type }) => {
    const refusal = { status: 403, body, ...(type === undefined ? {} : { type }) };
    // The pager drops the reason of a refused list, so that a get is sent for it.
    expect(await check(vaultThat([refusal, refusal, refusal, refusal]))).toBe("the secret");
    expect(lines.join("\n")).toMatch(waits);
    expect(await check(vaultThat([refusal], (method) => method === "PUT"))).toBe("the secret");
    expect(await check(vaultThat([refusal], (method, path) => method === "GET" && !path.endsWith("/versions")))).toBe(
      "the secret",
    );
    expect(lines.join("\n")).toMatch(waits);
  },
);

test.each([
  ["nothing of that name", { status: 404, body: json("SecretNotFound") }],
  ["a disabled one", { status: 403, body: json("Forbidden", { code: "SecretDisabled" }) }],
])("a list that is refused is no list of nothing where a get answers %s", async (_, answer) => {
  const refusal = { status: 403, body: json("Forbidden", { code: "ForbiddenByRbac" }) };
  await expect(vaultThat([refusal, answer]).listVersions("x")).rejects.toMatchObject({ reason: "no-role" });
  expect(await check(vaultThat([refusal, answer]))).toBe("the secret");
});

test.each([
  ["ForbiddenByFirewall", "firewall"],
  ["KeyOperationForbidden", "forbidden"],
  ["toString", "forbidden"],
])("%s is no missing role, and ends it at once", async (code, reason) => {
  const refusal = { status: 403, body: json("Forbidden", { code }) };
  await expect(check(vaultThat(Array<Refusal>(9).fill(refusal)))).rejects.toMatchObject({ reason });
  expect(lines).toEqual([]);
});

test("what is refused with another status is nothing of a role, whatever it says", async () => {
  const answer = { status: 409, body: json("Conflict", { code: "ForbiddenByRbac" }) };
  await expect(check(vaultThat(Array<Refusal>(9).fill(answer)))).rejects.toMatchObject({ reason: "other" });
  await expect(vaultThat([{ status: 501, body: "" }]).read("x")).rejects.toThrow(VaultError);
});
