/** Sign-in by `useMsi`, with App Service's managed identity: as azidentity (1.14, 1.15) asks for it, and words a refusal. */
import { STATUS_CODES } from "node:http";
import { type Environment, type TokenSource, tokenSource } from "../base/cloud";
import { text, type Values } from "../base/values";

const rule = "-".repeat(80);
const help = "To troubleshoot, visit https://aka.ms/azsdk/go/identity/troubleshoot#managed-id";

/** @param clientId of a user-assigned identity; empty: there is one alone */
export function managedIdentity(environment: Environment, clientId: string): (resource: string) => TokenSource {
  const { IDENTITY_ENDPOINT: endpoint = "", IDENTITY_HEADER: header = "" } = environment;
  if (endpoint === "" || header === "") {
    throw new Error(
      "The local azure-native plugin supports App Service's managed identity alone: IDENTITY_ENDPOINT or IDENTITY_HEADER is not set.",
    );
  }
  return (resource) =>
    tokenSource(async () => {
      const address = new URL(endpoint);
      const chosen = clientId === "" ? {} : { client_id: clientId };
      address.search = new URLSearchParams({ "api-version": "2019-08-01", ...chosen, resource }).toString();
      const response = await fetch(address, { headers: { "x-identity-header": header } });
      const body = await response.text();
      if (!response.ok) throw new Error(refusal(endpoint, response.status, body));
      const { access_token: token, expires_on: end } = JSON.parse(body) as Values;
      return { token: text(token), seconds: Number(end) - Date.now() / 1000 };
    });
}

function refusal(endpoint: string, status: number, body: string): string {
  const answer = [rule, `RESPONSE ${status}: ${status} ${STATUS_CODES[status] ?? ""}`, rule, indented(body), rule];
  return ["ManagedIdentityCredential authentication failed. ", `GET ${endpoint}`, ...answer, help].join("\n");
}

function indented(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
