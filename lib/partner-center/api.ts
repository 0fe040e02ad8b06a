/** Partner Center's REST interface, with the account of an access token. */
import type { PipelinePolicy } from "@azure/core-rest-pipeline";
import type { Cloud } from "../config/clouds";
import { type JsonAnswer, type JsonRequest, sendJson } from "../http/json";
import { defaultRetries, pipelineOf } from "../http/policies";
import { addressAt } from "../http/same-origin";

interface PartnerCenterRequest extends Pick<JsonRequest, "method" | "headers" | "body"> {
  /** The operation, for errors: "Listing the customers". */
  what: string;
  path: string;
}

/** Sends requests, again after outages and throttling: an application may send 50 a second. */
export class PartnerCenter {
  readonly #pipeline = pipelineOf(defaultRetries);
  readonly #accessToken: () => Promise<string>;

  /** @param accessToken or a function that returns a valid one @param pace delays each attempt */
  constructor(
    readonly cloud: Cloud,
    accessToken: string | (() => Promise<string>),
    pace?: PipelinePolicy,
  ) {
    this.#accessToken = typeof accessToken === "string" ? () => Promise.resolve(accessToken) : accessToken;
    if (pace !== undefined) this.#pipeline.addPolicy(pace);
  }

  /** @returns the answer, even a refusal @throws HttpFailure when Partner Center cannot be reached */
  async answer({ path, ...asked }: PartnerCenterRequest): Promise<JsonAnswer> {
    const service = "Partner Center";
    const url = addressAt(this.cloud.partnerCenter, path, service);
    const headers = { ...asked.headers, Authorization: `Bearer ${await this.#accessToken()}` };
    return await sendJson(this.#pipeline, { ...asked, service, url, headers });
  }
}
