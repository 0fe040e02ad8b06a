/**
 * App Service's managed identity on loopback, where every Azure SDK and tool looks for one: an address and a
 * secret header in variables, of which a command gets its own. Two versions of the protocol: 2019-08-01, and
 * 2017-09-01 with other names. Source: learn.microsoft.com/azure/app-service/overview-managed-identity.
 */
import { randomBytes, timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { partsOf } from "../../lib/errors/failure";
import { harmlessLine } from "../../lib/errors/harmless";
import { holdSecret } from "../../lib/errors/secrets";
import { messageOf } from "../../lib/errors/text";
import type { Tokens } from "../../lib/oauth/refresh-token";

/** What one command gets. */
export interface Identity {
  /** The application's client id. */
  clientId: string;
  /** For the log: whose tenant its tokens are for. */
  tenantId: string;
  /** @param resource as the tool asked for it @throws Failure */
  tokenFor: (resource: string) => Promise<Tokens>;
  /** Called for a request with its header that gets no token: the tool may go on with another identity. */
  refused: (resource: string, error: unknown) => void;
}

/** A request that is not answered with a token. */
class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

interface Protocol {
  header: string;
  /** Parameters by which a tool chooses one of several identities. */
  choices: readonly string[];
  /** The form of `expires_on`. */
  end: (expiresOn: Date) => string;
}

const protocols: ReadonlyMap<string, Protocol> = new Map(
  Object.entries({
    "2019-08-01": {
      header: "x-identity-header",
      choices: ["client_id", "principal_id", "object_id", "mi_res_id"],
      end: (expiresOn) => String(Math.floor(expiresOn.getTime() / 1000)),
    },
    "2017-09-01": {
      header: "secret",
      choices: ["clientid"],
      end: (expiresOn) => {
        const [, year, month, day, time] = /^(\d+)-(\d+)-(\d+)T([\d:]+)/u.exec(expiresOn.toISOString()) ?? [];
        return `${month}/${day}/${year} ${time} +00:00`;
      },
    },
  }),
);

const path = "/msi/token";

/** Milliseconds: a tool may reuse a connection after Node's five seconds. */
const keepAliveTimeout = 240_000;

/** @throws Refusal of what names another identity, or not one resource; as tokenFor() */
async function issue(
  { tokenFor }: Identity,
  { choices }: Protocol,
  query: URLSearchParams,
): ReturnType<Identity["tokenFor"]> {
  const choice = choices.find((name) => query.has(name));
  if (choice !== undefined) throw new Refusal(400, `There is one identity here, and ${choice} asks for another.`);
  const [resource = "", ...others] = query.getAll("resource");
  if (resource === "" || others.length > 0) throw new Refusal(400, "Name one resource.");
  return await tokenFor(resource);
}

export class IdentityEndpoint {
  readonly #identities = new Map<string, Identity>();

  private constructor(
    private readonly server: Server,
    private readonly log: (line: string) => void,
  ) {}

  /** @param log takes a line for each token that is handed out, and for each request that is refused */
  static async open(log: (line: string) => void): Promise<IdentityEndpoint> {
    const server = createServer({ keepAliveTimeout });
    const endpoint = new IdentityEndpoint(server, log);
    server.on("request", (request, response) => void endpoint.#answer(request, response));
    await once(server.listen(0, "127.0.0.1"), "listening");
    return endpoint;
  }

  get host(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get address(): string {
    return `http://${this.host}${path}`;
  }

  /** @returns the header's value, which is a secret until {@link remove} */
  add(identity: Identity): string {
    const secret = randomBytes(32).toString("hex");
    holdSecret(secret);
    this.#identities.set(secret, identity);
    return secret;
  }

  remove(secret: string): void {
    this.#identities.delete(secret);
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const write = (status: number, document: object) => {
      response.writeHead(status, { "content-type": "application/json; charset=utf-8", "cache-control": "no-store" });
      response.end(JSON.stringify(document));
    };
    try {
      const { identity, protocol, query } = this.#admit(request);
      const resource = query.get("resource") ?? "";
      const { accessToken, expiresOn } = await issue(identity, protocol, query).catch((error: unknown) => {
        identity.refused(resource, error);
        throw error;
      });
      this.log(`token for ${harmlessLine(resource)} in tenant ${identity.tenantId}`);
      const { clientId } = identity;
      const end = protocol.end(expiresOn);
      write(200, { access_token: accessToken, client_id: clientId, expires_on: end, resource, token_type: "Bearer" });
    } catch (error) {
      const message = error instanceof Refusal ? error.message : messageOf(partsOf(error));
      // The vendors' clients retry none of these statuses: retries were done here.
      const status = error instanceof Refusal ? error.status : 400;
      this.log(`refused: ${harmlessLine(message)}`);
      // In the service's own form of an error.
      write(status, { statusCode: status, message });
    }
  }

  /** @throws Refusal unless it is a tool of a command that was started here */
  #admit({ method, headers, url = "" }: IncomingMessage): {
    identity: Identity;
    protocol: Protocol;
    query: URLSearchParams;
  } {
    // Browsers send one of these headers for every page; DNS rebinding shows in the header Host.
    const isPage = headers.origin !== undefined || headers["sec-fetch-site"] !== undefined;
    if (isPage || headers.host !== this.host) throw new Refusal(403, "Web pages get no token.");
    const { pathname, searchParams } = new URL(url, this.address);
    if (method !== "GET" || pathname.replace(/\/$/u, "") !== path)
      throw new Refusal(404, `Only GET ${path} is answered.`);
    const protocol = protocols.get(searchParams.get("api-version") ?? "");
    if (protocol === undefined)
      throw new Refusal(400, `The api-version is none of ${[...protocols.keys()].join(", ")}.`);
    const identity = this.#holderOf(headers[protocol.header]);
    if (identity === undefined) throw new Refusal(403, `The header ${protocol.header} belongs to no running command.`);
    return { identity, protocol, query: searchParams };
  }

  /** The identity of a header's value, compared in constant time. */
  #holderOf(given: string | readonly string[] | undefined): Identity | undefined {
    const bytes = Buffer.from(typeof given === "string" ? given : "");
    const found = [...this.#identities].filter(([secret]) => {
      const own = Buffer.from(secret);
      return own.length === bytes.length && timingSafeEqual(own, bytes);
    });
    return found[0]?.[1];
  }
}
