/** Partner Center's REST interface, as the account behind an access token. */
import type { Cloud } from "../config/clouds";
import { type JsonAnswer, sendJson } from "../http/json";
import { patient, pipelineOf } from "../http/policies";
import { partnerCenterError } from "./errors";

export interface PartnerCenterRequest {
  /** What it is for, in errors: "Listing the customers". */
  what: string;
  method?: "GET" | "POST" | "DELETE";
  /** With its version, e.g. /v1/customers. */
  path: string;
  headers?: Record<string, string>;
  body?: object;
}

/** Throttling (50 requests a second for an application; 429 with Retry-After) and outages are waited for. */
export class PartnerCenter {
  readonly #pipeline = pipelineOf(patient);
  readonly #accessToken: string;

  /** @param accessToken of the service account; goes to this cloud's Partner Center and nowhere else */
  constructor(
    readonly cloud: Cloud,
    accessToken: string,
  ) {
    this.#accessToken = accessToken;
  }

  /** @throws PartnerCenterError, HttpFailure when it cannot be reached */
  async send(asked: PartnerCenterRequest): Promise<JsonAnswer> {
    const answer = await this.answer(asked);
    if (answer.status >= 300) throw partnerCenterError(asked.what, answer.status, answer.body);
    return answer;
  }

  /** As {@link send}, but a refusal is an answer too. */
  async answer({ method = "GET", path, headers = {}, body }: PartnerCenterRequest): Promise<JsonAnswer> {
    return await sendJson(this.#pipeline, {
      service: "Partner Center",
      method,
      url: `${this.cloud.partnerCenter}${path}`,
      headers: { ...headers, Authorization: `Bearer ${this.#accessToken}` },
      body,
    });
  }
}
