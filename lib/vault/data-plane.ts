/** A vault's keys and certificates. Two more vendor clients would load longer than `token` redeems. */
import type { TokenCredential } from "@azure/identity";
import type { HttpMethods } from "@azure/core-rest-pipeline";
import { keyVaultAuthenticationPolicy } from "@azure/keyvault-common";
import * as v from "valibot";
import { isLoopback } from "../http/client";
import { type JsonAnswer, sendJson } from "../http/json";
import { countPages } from "../http/limits";
import { longRetries, pipelineOf } from "../http/policies";
import { addressAt, linkAt } from "../http/same-origin";
import { firstAlone } from "./challenge";
import { asVaultError, refusedByVault } from "./vault-error";

/** The data plane's API version: the shapes here come from its reference pages. */
const version = "7.4";

/** The properties of a response that are read. */
type Shape<T> = v.GenericSchema<unknown, T>;

export interface VaultRequest {
  /** The operation, for errors: "Reading certificate x in https://…" */
  what: string;
  method?: HttpMethods;
  /** Without the version: /certificates/x. */
  path: string;
  body?: object;
}

export class DataPlane {
  readonly #pipeline = pipelineOf(longRetries, firstAlone());

  /** @param uri the vault's origin, checked to be in its cloud */
  constructor(
    readonly uri: string,
    credential: TokenCredential,
  ) {
    // As for the vendor's client: a loopback vault has no name to compare with its challenge.
    const disableChallengeResourceVerification = isLoopback(uri);
    this.#pipeline.addPolicy(keyVaultAuthenticationPolicy(credential, { disableChallengeResourceVerification }));
  }

  /** @throws VaultError */
  async ask<T>(asked: VaultRequest, shape: Shape<T>): Promise<T> {
    return await this.#attempt(asked.what, async () =>
      (await this.#send(asked, `${asked.path}?api-version=${version}`)).as(shape),
    );
  }

  /** Every entry of a list, over all its pages. @throws VaultError */
  async list<T>(what: string, path: string, entry: Shape<T>): Promise<T[]> {
    return await this.#attempt(what, async () => {
      const page = v.object({ value: v.nullish(v.array(entry), []), nextLink: v.nullish(v.string()) });
      const next = countPages(this.uri);
      const all: T[] = [];
      for (let address: string | undefined = `${path}?api-version=${version}`; address !== undefined;) {
        next();
        const listed: v.InferOutput<typeof page> = (await this.#send({ what, path }, address)).as(page);
        all.push(...listed.value);
        const link: URL | undefined = listed.nextLink ? linkAt(this.uri, listed.nextLink) : undefined;
        address = link && link.pathname + link.search;
      }
      return all;
    });
  }

  async #send({ what, method = "GET", body }: VaultRequest, address: string): Promise<JsonAnswer> {
    const service = "The vault";
    const url = addressAt(this.uri, address, service);
    const answer = await sendJson(this.#pipeline, { service, method, url, body });
    if (answer.status < 300) return answer;
    throw refusedByVault(what, url, answer.status, answer.body, answer.headers["x-ms-request-id"]);
  }

  async #attempt<T>(what: string, attempt: () => Promise<T>): Promise<T> {
    try {
      return await attempt();
    } catch (error) {
      throw asVaultError(what, error);
    }
  }
}
