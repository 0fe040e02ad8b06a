/** Whether there is a Key Vault behind a URI, asked without signing in: every vault answers first of all who may sign in to it. */
import { createPipelineRequest } from "@azure/core-rest-pipeline";
import { type Cloud, vaultOriginIn } from "../config/clouds";
import { az, byPerson, Failure } from "../errors/failure";
import { httpClient } from "../http/client";
import { HttpFailure } from "../http/http-failure";
import { once, pipelineOf } from "../http/policies";

/** @returns false when nothing answers: a vault may be reachable from elsewhere alone @throws Failure when it is another cloud's, or none */
export async function requireVault(cloud: Cloud, vaultUri: string): Promise<boolean> {
  const origin = vaultOriginIn(cloud, vaultUri);
  const request = createPipelineRequest({ url: `${origin}/secrets?api-version=7.4` });
  const answered = await pipelineOf(once)
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
    `${origin} answers, but is no Key Vault: it asks for no sign-in as a vault does (status ${answered.status}).`,
    byPerson(
      "Give the URI that this prints",
      az("keyvault", "show", "--name", "<vault name>", "--query", "properties.vaultUri"),
    ),
  );
}
