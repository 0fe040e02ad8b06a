/** The response of a Key Vault to a request without a token, which names its tenant. */
import { createPipelineRequest, type PipelinePolicy } from "@azure/core-rest-pipeline";
import { type Cloud, vaultOriginIn } from "../config/clouds";
import { az, byPerson, Failure } from "../errors/failure";
import { httpClient } from "../http/client";
import { HttpFailure } from "../http/http-failure";
import { noRetries, pipelineOf } from "../http/policies";

/** Whether there is a vault. @returns false without a response, as elsewhere @throws Failure for another cloud, or none */
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

/**
 * Lets a client's first request end before any other begins. The vendor's policy sends it without its body, which it
 * keeps in a state shared by all requests: a challenge answered for another request meanwhile would lose the body.
 * Comes before the retries, whose attempts have the same state.
 */
export function firstAlone(): PipelinePolicy {
  let first: Promise<unknown> | undefined;
  return {
    name: "firstAlone",
    sendRequest: async (request, next) => {
      const answer = first === undefined ? next(request) : first.then(() => next(request));
      first ??= answer.catch(() => undefined);
      return await answer;
    },
  };
}
