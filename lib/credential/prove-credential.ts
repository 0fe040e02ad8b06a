/** Proves that Entra accepts a credential that may be new: its servers get it one after another. */
import { retry } from "../azure/retry";
import type { Cloud } from "../config/clouds";
import { Failure, partsOf, sentence } from "../errors/failure";
import { EntraError, isPassing, type Remedy } from "../oauth/aadsts";
import type { ApplicationCredential } from "../oauth/confidential-client";
import { asEntraError, requestTokens, scopeOf } from "../oauth/token-request";
import { now } from "../startup/clock";
import { pause } from "../startup/waiting";
import { isRefused } from "./client-credential";

/** Milliseconds until every server has it. Reports name 4 to 18 seconds (microsoft-graph-docs, issue 17966). */
const replicationWindow = 5 * 60_000;

/** Kinds of refusals of the proof itself, such as for an assertion's time or audience. */
const ofProof: readonly Remedy[] = ["credential", "secret", "registration"];

/** Milliseconds between two attempts that Entra must accept. */
const apart = 1000;

/** Entra's codes for an application, or a principal, that some of its servers do not have yet. */
const unknownApplication: readonly (number | undefined)[] = [700016, 7000229];

/**
 * Signs in as the application, which needs no permission and no person's token. Entra checks the credential first, so
 * any other refusal proves the credential (docs/decisions/0014).
 * @param times in a row that Entra must accept the credential @throws Failure
 */
export async function proveCredential(cloud: Cloud, application: ApplicationCredential, times: number): Promise<void> {
  const isRetryable = (error: unknown) =>
    isRefused(error) || isPassing(error) || (error instanceof EntraError && unknownApplication.includes(error.aadsts));
  const waitsFor = "the new credential to take effect in Entra";
  try {
    await retry({ waitsFor, deadline: now() + replicationWindow, isRetryable }, async () => {
      for (let taken = 0; taken < times; taken++) {
        if (taken > 0) await pause(apart);
        await signIn(cloud, application).catch((error: unknown) => {
          if (isRetryable(error) || !(error instanceof EntraError) || ofProof.includes(error.remedy)) throw error;
        });
      }
    });
  } catch (error) {
    if (!isRetryable(error)) throw error;
    const { what, why } = partsOf(error);
    throw new Failure("credential-unproven", {
      what: `Entra does not take the new credential of application ${application.clientId}: ${what}`,
      why: why ?? "Nothing was published: what was in use still is.",
      fixes: [sentence("Run the same again: it tests it again.")],
    });
  }
}

async function signIn(cloud: Cloud, application: ApplicationCredential): Promise<void> {
  const grant = { grant_type: "client_credentials", scope: scopeOf(cloud.microsoftGraph) };
  await requestTokens(cloud, application, grant).catch((error: unknown) => {
    throw asEntraError("Signing in as the application", error, application);
  });
}
