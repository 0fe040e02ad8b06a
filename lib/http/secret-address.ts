/** A POST to an address that is a secret: no part of it may be in an error. */
import { Failure } from "../errors/failure";
import { holdSecret } from "../errors/secrets";
import { httpClient } from "./client";
import { HttpFailure } from "./http-failure";
import { requestOf } from "./json";
import { noRetries, pipelineOf } from "./policies";

/** Sends JSON once. @param service its name in errors @returns the status, whatever it is @throws Failure when there is no response */
export async function postSecretly(service: string, url: string, body: object): Promise<number> {
  holdSecret(url);
  try {
    const request = requestOf({ service, method: "POST", url, body });
    return (await pipelineOf(noRetries).sendRequest(httpClient, request)).status;
  } catch (error) {
    if (!(error instanceof HttpFailure)) throw error;
    const { reason, code, happening } = error;
    // The target of a redirect may contain the secret address.
    const happened = reason === "redirect" ? "answers with a redirect, which is not followed" : happening.happened;
    throw new Failure(code, { what: `${service} ${happened}.`, why: happening.why, fixes: [happening.fix].flat() });
  }
}
