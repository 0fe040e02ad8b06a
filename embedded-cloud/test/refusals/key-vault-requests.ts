/** Requests to a vault, for the rows of the list. */
import type { Emulator } from "../../emulator/emulator";
import {
  askResourceManager,
  assign,
  createVault,
  roleIds,
  vaultPath,
  vaultVersion,
  withVersion,
} from "../../testing/azure";
import { tokenFor } from "../../testing/callers";
import type { Send } from "./refusal";

type Token = (cloud: Emulator, origin: string) => Promise<string | undefined>;

export interface Asked {
  /** Sent as JSON. */
  body?: unknown;
  headers?: Record<string, string>;
  /** Changed properties of the vault. */
  vault?: object;
  /** The token of the request. Default: that of an administrator of the vault. */
  token?: Token;
  /** The policy of a certificate `one` that is made first. */
  policy?: object;
  /** Milliseconds since then. Default: more than its creation takes. */
  age?: number;
  /** Without an api-version. */
  bare?: boolean;
  /** What is asked before. */
  first?: [request: string, body?: unknown][];
}

/** A request to a vault with a secret `token`, with an administrator's token. */
export const inVault =
  (request: string, asked: Asked = {}): Send =>
  async (cloud) => {
    const { body, headers = {}, vault = {}, token = tokenFor, policy, age = 1500, bare = false, first = [] } = asked;
    const manager = await askResourceManager(cloud);
    const origin = await createVault(cloud, manager, { accessPolicies: [], ...vault });
    await assign(cloud, manager, vaultPath(cloud), roleIds.vaultAdministrator);
    await manager("PUT", `${vaultPath(cloud)}/secrets/token`, { properties: { value: "one" } });
    const ask = async (text: string, content?: unknown, more = {}, bearing: Token = tokenFor): Promise<Response> => {
      const [method = "", path = ""] = text.split(" ");
      const bearer = await bearing(cloud, origin);
      return await fetch(`${origin}${bare ? path : withVersion(path, vaultVersion)}`, {
        method,
        headers: {
          ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
          ...(content !== undefined && { "content-type": "application/json" }),
          ...more,
        },
        ...(content !== undefined && { body: JSON.stringify(content) }),
      });
    };
    if (policy !== undefined) {
      await ask("POST /certificates/one/create", { policy });
      cloud.clock.advance(age);
    }
    for (const [text, content] of first) await ask(text, content);
    return await ask(request, body, headers, token);
  };

export const set = (body: unknown, headers = {}): Send => inVault("PUT /secrets/token", { body, headers });
export const change = (body: unknown, headers = {}): Send => inVault("PATCH /secrets/token/", { body, headers });

/** In a vault whose access policies give the caller these permissions on secrets. */
export const byPolicy =
  (request: string, secrets: string[], body?: unknown): Send =>
  async (cloud) => {
    const { partner, deployer } = cloud.seeds;
    const policy = { tenantId: partner.id, objectId: deployer.servicePrincipalId, permissions: { secrets } };
    return await inVault(request, { vault: { enableRbacAuthorization: false, accessPolicies: [policy] }, body })(cloud);
  };
