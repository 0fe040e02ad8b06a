/** A post to an address that is a secret: nothing of it stands in an error. */
import { Failure } from "../errors/failure";
import { httpClient } from "./client";
import { HttpFailure } from "./http-failure";
import { requestOf } from "./json";
import { once, pipelineOf } from "./policies";

/**
 * Sends JSON once, and takes any answer.
 * @param service how it is called in errors
 * @returns the answer's status
 * @throws Failure when there is no answer
 */
export async function postSecretly(service: string, url: string, body: object): Promise<number> {
  try {
    const request = requestOf({ service, method: "POST", url, body });
    return (await pipelineOf(once).sendRequest(httpClient, request)).status;
  } catch (error) {
    if (!(error instanceof HttpFailure)) throw error;
    const { reason, code, happening } = error;
    // Where a redirect leads may be its own host.
    const happened = reason === "redirect" ? "answers with a redirect, which is not followed" : happening.happened;
    throw new Failure(code, { what: `${service} ${happened}.`, why: happening.why, fixes: [happening.fix].flat() });
  }
}
