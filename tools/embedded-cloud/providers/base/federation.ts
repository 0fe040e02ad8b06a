/** A workflow's own token in place of a client secret: where real plugins request it, and its audience. */
import { readFile } from "node:fs/promises";
import type { Environment } from "./cloud";

/** The differences between the two real plugins. */
export interface FederationRules {
  /** Variables with the address of the request; the first that is set counts. */
  requestUrl: readonly string[];
  requestToken: readonly string[];
  /** @param address from the variable, possibly with an audience */
  audience(address: URL, environment: Environment): string;
}

/** The global cloud's audience, in any environment of the plugin: for other clouds it must be set. */
const globalAudience = "api://AzureADTokenExchange";

/** azuread preserves an audience that is already in the address. */
export const azureadFederation: FederationRules = {
  requestUrl: ["ARM_OIDC_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_URL"],
  requestToken: ["ARM_OIDC_REQUEST_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"],
  audience: (address) => address.searchParams.get("audience") ?? globalAudience,
};

/** azure-native sets its own, and does not read ARM_OIDC_REQUEST_URL. */
export const azureNativeFederation: FederationRules = {
  requestUrl: ["ACTIONS_ID_TOKEN_REQUEST_URL"],
  requestToken: ["ACTIONS_ID_TOKEN_REQUEST_TOKEN"],
  audience: (_, environment) => environment["ARM_OIDC_AUDIENCE"] ?? globalAudience,
};

/** Returns the client's assertion; undefined when ARM_USE_OIDC is not set. */
export function federation(rules: FederationRules, environment: Environment): (() => Promise<string>) | undefined {
  if (environment["ARM_USE_OIDC"] !== "true") return undefined;
  const token = environment["ARM_OIDC_TOKEN"];
  if (token) return () => Promise.resolve(token);
  const file = environment["ARM_OIDC_TOKEN_FILE_PATH"];
  if (file) return () => readFile(file, "utf8");
  const first = (names: readonly string[]): string => names.map((name) => environment[name]).find(Boolean) ?? "";
  const [address, bearer] = [first(rules.requestUrl), first(rules.requestToken)];
  if (address === "" || bearer === "") {
    throw new Error(
      `building client: OIDC is asked for, and neither a token nor an address to ask for one is set: ${[...rules.requestUrl, ...rules.requestToken].join(", ")}`,
    );
  }
  return async () => {
    const url = new URL(address);
    url.searchParams.set("audience", rules.audience(url, environment));
    const response = await fetch(url, { headers: { authorization: `Bearer ${bearer}`, accept: "application/json" } });
    const body = await response.text();
    if (!response.ok)
      throw new Error(`githubAssertion: received HTTP status ${response.status} with response: ${body}`);
    return (JSON.parse(body) as { value: string }).value;
  };
}
