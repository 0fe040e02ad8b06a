/** The response of a Key Vault to a request without a token, which names its tenant. */
import { createPipelineRequest, type PipelinePolicy } from "@azure/core-rest-pipeline";
import type { TokenCredential } from "@azure/identity";
import { ClientCredential } from "../azure/client-credential";
import { authorityOrigins, type Cloud, vaultOriginIn } from "../config/clouds";
import { isGuid } from "../config/limits";
import { az, byPerson, Failure } from "../errors/failure";
import { httpClient, isLoopback } from "../http/client";
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
 * Comes before the retries, whose attempts have the same state. @param beside begins with it; what it returns is called at its end
 */
export function firstAlone(beside?: () => () => void): PipelinePolicy {
  let first: Promise<unknown> | undefined;
  return {
    name: "firstAlone",
    sendRequest: async (request, next) => {
      if (first !== undefined) {
        await first;
        return await next(request);
      }
      const end = beside?.();
      const answer = next(request).finally(end);
      first = answer.catch(() => undefined);
      return await answer;
    },
  };
}

/**
 * A vault's token, asked for beside the vault's first request. It is used if the challenge then names what it was asked
 * for, at the authority that was asked; else it is thrown away, and the vendor's policy goes on as without it.
 */
export function earlySignIn(
  cloud: Cloud,
  uri: string,
  credential: TokenCredential,
): { begin: () => () => void; judge: PipelinePolicy } {
  // A loopback vault has no name in common with others: its tokens are for itself.
  const resource = isLoopback(uri) ? uri : `https://${cloud.vaultSuffix}`;
  let tenantId = "";
  let throwAway = (): void => undefined;
  const begin = () => {
    if (credential instanceof ClientCredential && isGuid(credential.tenantId)) {
      ({ tenantId } = credential);
      throwAway = credential.begin(`${resource}/.default`);
    }
    return throwAway;
  };
  const isOurs = (challenge: string) => {
    // A value that is named twice is none: the vendor's policy would take the last one.
    const named = challenge
      .match(/\b(?:authorization|resource)="[^"]*"/gu)
      ?.sort()
      .join()
      .toLowerCase();
    const own = authorityOrigins(cloud).map((one) => `authorization="${one}/${tenantId}",resource="${resource}"`);
    return own.some((one) => one.toLowerCase() === named);
  };
  /** Behind the vendor's policy, which asks for a token when it gets a challenge. */
  const judge: PipelinePolicy = {
    name: "earlySignIn",
    sendRequest: async (request, next) => {
      const response = await next(request);
      if (response.status === 401 && !isOurs(response.headers.get("WWW-Authenticate") ?? "")) throwAway();
      return response;
    },
  };
  return { begin, judge };
}
