/** Whether there is a Key Vault at a URI, without signing in: its first response names its tenant. */
import { createPipelineRequest } from "@azure/core-rest-pipeline";
import { type Cloud, vaultOriginIn } from "../config/clouds";
import { az, byPerson, Failure } from "../errors/failure";
import { httpClient } from "../http/client";
import { HttpFailure } from "../http/http-failure";
import { noRetries, pipelineOf } from "../http/policies";

/** @returns false without a response, as elsewhere @throws Failure for another cloud, or no vault */
export async function requireVault(cloud: Cloud, vaultUri: string): Promise<boolean> {
  const origin = vaultOriginIn(cloud, vaultUri);
  const request = createPipelineRequest({ url: `${origin}/secrets?api-version=7.4` });
  const answered = await pipelineOf(noRetries)
    .sendRequest(httpClient, request)
    .catch((error: unknown) => {
      if (!(error instanceof HttpFailure)) throw error;
      if (!["unreachable", "unresolved", "timeout"].includes(error.reason)) throw error.named("The vault");
    });
  if (!answered) return false;
  const challenge = answered.headers.get("WWW-Authenticate") ?? "";
  if (answered.status === 401 && /^Bearer\b.*\bauthorization="https:.*\bresource="https:/u.test(challenge)) return true;
  throw new Failure(
    "vault-none",
    `${origin} answers, but is not a Key Vault: it does not ask for a sign-in as a vault does (status ${answered.status}).`,
    byPerson(
      "Give the URI that this prints",
      az("keyvault", "show", "--name", "<vault name>", "--query", "properties.vaultUri"),
    ),
  );
}
