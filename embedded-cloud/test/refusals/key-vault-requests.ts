/** Requests to a vault, for the rows of the list. */
import type { Emulator } from "../../emulator/emulator";
import { askResourceManager, assign, createVault, roleIds, vaultPath } from "../../testing/azure";
import { tokenFor } from "../../testing/callers";
import type { Refusal } from "./refusal";

export const version = "api-version=2025-07-01";

interface Asked {
  body?: unknown;
  headers?: Record<string, string>;
  /** Changed properties of the vault. */
  vault?: object;
  /** The token of the request. Default: that of an administrator of the vault. */
  token?: (cloud: Emulator, origin: string) => Promise<string | undefined>;
}

/** A request to a vault with a secret `token` and a deleted one, `gone`, with an administrator's token. */
export const ofVault =
  (request: string, { body, headers = {}, vault = {}, token = tokenFor }: Asked = {}) =>
  async (cloud: Emulator): Promise<Response> => {
    const ask = await askResourceManager(cloud);
    const origin = await createVault(cloud, ask, { accessPolicies: [], ...vault });
    await assign(cloud, ask, vaultPath(cloud), roleIds.vaultAdministrator);
    await ask("PUT", `${vaultPath(cloud)}/secrets/token`, { properties: { value: "one" } });
    const bearer = await token(cloud, origin);
    const [method = "", path = ""] = request.split(" ");
    return await fetch(`${origin}${path}`, {
      method,
      headers: {
        ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
        ...(body !== undefined && { "content-type": "application/json" }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  };

export const set = (body: unknown): Refusal["send"] => ofVault(`PUT /secrets/token?${version}`, { body });

/** A vault whose access policies give the caller these permissions on secrets. */
export const byPolicy =
  (request: string, permissions: string[], body?: unknown): Refusal["send"] =>
  async (cloud) => {
    const { partner, deployer } = cloud.seeds;
    const policy = {
      tenantId: partner.id,
      objectId: deployer.servicePrincipalId,
      permissions: { secrets: permissions },
    };
    const vault = { enableRbacAuthorization: false, accessPolicies: [policy] };
    return await ofVault(request, { vault, ...(body !== undefined && { body }) })(cloud);
  };

export const self = { issuer: { name: "Self" }, x509_props: { subject: "CN=one" } };
export const create = (policy: object, more: object = {}): Refusal["send"] =>
  ofVault(`POST /certificates/one/create?${version}`, { body: { policy: { ...self, ...policy }, ...more } });
export const digest = Buffer.alloc(32).toString("base64url");

/** A request to a vault that also has a certificate `one`, after a number of milliseconds. */
export const withCertificate =
  (request: string, body?: unknown, { policy = {}, age = 1500, first }: CertificateCase = {}) =>
  async (cloud: Emulator): Promise<Response> => {
    await create(policy)(cloud);
    cloud.clock.advance(age);
    const [, origin] = [...(cloud.clouds.get("AzureCloud")?.vaultOrigins ?? [])].at(-1) ?? ["", ""];
    const authorization = `Bearer ${await tokenFor(cloud, origin)}`;
    const ask = async (text: string, content?: unknown): Promise<Response> => {
      const [method = "", path = ""] = text.split(" ");
      const headers = { authorization, ...(content !== undefined && { "content-type": "application/json" }) };
      return await fetch(`${origin}${path}?${version}`, {
        ...{ method, headers },
        ...(content !== undefined && { body: JSON.stringify(content) }),
      });
    };
    if (first !== undefined) await ask(...first);
    return await ask(request, body);
  };

interface CertificateCase {
  policy?: object;
  age?: number;
  /** The request before. */
  first?: [request: string, body?: unknown];
}

export const usages = (...key_usage: string[]): object => ({ x509_props: { ...self.x509_props, key_usage } });
export const sign = (body: unknown, more: CertificateCase = {}): Refusal["send"] =>
  withCertificate("POST /keys/one/sign", body, more);
export const year = 366 * 24 * 60 * 60 * 1000;
