/** The token that a workflow's runner vouches for it with: a federated identity presents it in the place of a secret. */
import { readFile } from "node:fs/promises";
import type { Cloud } from "../config/clouds";

/** Gives a token that Entra exchanges for one of its own. Asked anew for each: they live for minutes. */
export type OidcToken = () => Promise<string>;

const timeoutMilliseconds = 30_000;

/**
 * Where the variables of the Pulumi providers say that a token is: ARM_OIDC_TOKEN, a file (ARM_OIDC_TOKEN_FILE_PATH or
 * AZURE_FEDERATED_TOKEN_FILE), or, under ARM_USE_OIDC, the address that GitHub's runner asks at. Undefined when they name none.
 */
export function oidcToken(cloud: Cloud, environment: NodeJS.ProcessEnv): OidcToken | undefined {
  const token = environment["ARM_OIDC_TOKEN"];
  if (token) return () => Promise.resolve(token);
  // A file under its general name may be the engine's, which writes its token once: where a fresh one can be asked for, it is.
  const asks = environment["ARM_USE_OIDC"] === "true";
  const file =
    environment["ARM_OIDC_TOKEN_FILE_PATH"] ?? (asks ? undefined : environment["AZURE_FEDERATED_TOKEN_FILE"]);
  if (file) return async () => (await readFile(file, "utf8")).trim();
  if (!asks) return undefined;
  const address = environment["ARM_OIDC_REQUEST_URL"] ?? environment["ACTIONS_ID_TOKEN_REQUEST_URL"];
  const bearer = environment["ARM_OIDC_REQUEST_TOKEN"] ?? environment["ACTIONS_ID_TOKEN_REQUEST_TOKEN"];
  if (!address || !bearer) return () => Promise.reject(new Error(noAddress));
  const audience = environment["ARM_OIDC_AUDIENCE"] ?? cloud.tokenExchangeAudience;
  return async () => await request(address, bearer, audience);
}

const noAddress =
  "ARM_USE_OIDC is set, and there is nowhere to ask for a token: the job of a GitHub workflow needs permissions: id-token: write; " +
  "elsewhere set ARM_OIDC_TOKEN_FILE_PATH";

/** @param address as the runner gives it, perhaps with the audience of another cloud */
async function request(address: string, bearer: string, audience: string): Promise<string> {
  const url = new URL(address);
  url.searchParams.set("audience", audience);
  const response = await fetch(url, {
    headers: { accept: "application/json", authorization: `Bearer ${bearer}` },
    signal: AbortSignal.timeout(timeoutMilliseconds),
  }).catch((error: unknown) => {
    // fetch hides the reason in `cause`.
    const { cause, message } = error as { cause?: { message?: string }; message: string };
    throw new Error(`the OIDC issuer ${url.origin} cannot be reached: ${cause?.message ?? message}`);
  });
  if (!response.ok) {
    throw new Error(
      `the OIDC issuer ${url.origin} gave no token (${response.status}): the job needs permissions: id-token: write, and its request token ends with the job`,
    );
  }
  const { value } = (await response.json()) as { value?: string };
  if (!value) throw new Error(`the OIDC issuer ${url.origin} answered without a token`);
  return value;
}
