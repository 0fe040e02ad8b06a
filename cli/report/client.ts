/** A tracker's REST API: how it is asked, and what its refusals mean. */
import * as v from "valibot";
import { Failure, type Fix, sentence } from "../../lib/errors/failure";
import { fullStop } from "../../lib/errors/text";
import { sendJson } from "../../lib/http/json";
import { pipelineOf } from "../../lib/http/policies";
import type { Purpose } from "./tracker";

interface Api {
  service: string;
  /** Of a refusal. */
  code: string;
  url: (path: string) => string;
  headers: Readonly<Record<string, string>>;
  /** By the status of a refusal. Default: the next run. */
  fixes: Readonly<Record<number, Fix>>;
  /** " of <owner>/<name>", behind what was asked for; or "". */
  of: string;
}

const refusal = v.fallback(v.object({ message: v.optional(v.string(), "") }), { message: "" });

export abstract class TrackerClient {
  /** A post is repeated only if the tracker confirmed that it did nothing: a second may be a second issue. */
  readonly #pipeline = pipelineOf({ retries: 2, firstPause: 1000, repeatsPosts: false });

  protected constructor(
    private readonly api: Api,
    private readonly purpose: Purpose,
  ) {}

  /** @param path may have a query @param body an array is a JSON patch @throws Failure for a refusal */
  async ask<Schema extends v.GenericSchema>(
    method: "GET" | "PATCH" | "POST",
    path: string,
    schema: Schema,
    body?: object,
  ): Promise<v.InferOutput<Schema>> {
    const { service, code, url, headers, fixes, of } = this.api;
    const { kept } = this.purpose;
    const answer = await sendJson(this.#pipeline, {
      service,
      method,
      url: url(path),
      headers: { ...headers, ...(Array.isArray(body) && { "Content-Type": "application/json-patch+json" }) },
      body,
      fixes: [sentence(`The ${kept} is unchanged; the next run will update it.`)],
    });
    const { status } = answer;
    const fix = fixes[status];
    if (status < 300 && fix === undefined) return answer.as(schema);
    const said = fullStop(`${status} ${answer.as(refusal).message}`.trim());
    const what = `${service} refused ${method} ${path.split("?", 1)[0] ?? path}${of}: ${said}`;
    throw new Failure(code, what, fix ?? sentence(`The next run will update the ${kept}.`));
  }
}
