import type { Emulator } from "../../emulator/emulator";
import {
  assign,
  createVault,
  resourceManagerOf,
  roleIds,
  vaultPath,
  vaultVersion,
  withVersion,
} from "../../testing/azure";
import { tokenFor } from "../../testing/callers";
import { clientPolicy } from "../../testing/certificates";
import { refusalsOf, type Send } from "./refusal";

type Token = (cloud: Emulator, origin: string) => Promise<string | undefined>;

/** The token of a request, by name. */
const tokens: Readonly<Record<string, Token>> = {
  administrator: tokenFor,
  none: () => Promise.resolve(undefined),
  otherTenant: (cloud, origin) => tokenFor(cloud, origin, { tid: cloud.seeds.otherPartners[0].partner.id }),
  otherResource: (cloud) => tokenFor(cloud, cloud.origins.resourceManager),
  ended: (cloud, origin) => tokenFor(cloud, origin, {}, -1),
  malformed: () => Promise.resolve("x.y.z"),
};

interface Asked {
  /** Sent as JSON. */
  body?: unknown;
  headers?: Record<string, string>;
  /** Changed properties of the vault. */
  vault?: object;
  /** Default: that of an administrator of the vault. */
  token?: string;
  /** Whether a certificate `one` is made first; milliseconds since then, by default more than its creation takes. */
  hasCertificate?: boolean;
  age?: number;
  /** Without an api-version. */
  bare?: boolean;
  /** What is asked before. */
  first?: [request: string, body?: unknown][];
}

/** A request to a vault with a secret `token`; `{version}` in it is that of the certificate. */
const inVault =
  (request: string, asked: Asked = {}): Send =>
  async (cloud) => {
    const { body, headers = {}, token = "administrator", age = 1500, bare = false, first = [] } = asked;
    const manager = resourceManagerOf(cloud);
    const origin = await createVault(cloud, manager, { accessPolicies: [], ...asked.vault });
    await assign(cloud, manager, vaultPath(cloud), roleIds.vaultAdministrator);
    await manager("PUT", `${vaultPath(cloud)}/secrets/token`, { properties: { value: "one" } });
    const ask = async (text: string, content?: unknown, more = {}, bearing: Token = tokenFor): Promise<Response> => {
      const [method = "", path = ""] = text.split(/ (.*)/u);
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
    let version = "";
    if (asked.hasCertificate) {
      await ask("POST /certificates/one/create", { policy: clientPolicy });
      const { id } = (await (await ask("GET /certificates/one")).json()) as { id: string };
      version = id.split("/").at(-1) ?? "";
      cloud.clock.advance(age);
    }
    for (const [text, content] of first) await ask(text, content);
    return await ask(request.replace("{version}", version), body, headers, tokens[token]);
  };

type Groups = Readonly<Record<string, object | undefined>>;

const digest = Buffer.alloc(32).toString("base64url");
const create = "POST /certificates/one/create";

/** Refusals of Key Vault's data plane, in the emulator as well. */
export const keyVaultRefusals = refusalsOf(
  "key-vault",
  {
    inVault: (_, request: string, asked?: Asked) => inVault(request, asked),
    unserved: (request) => inVault(request),
    set: (_, body: unknown, headers = {}) => inVault("PUT /secrets/token", { body, headers }),
    change: (_, body: unknown, headers = {}) => inVault("PATCH /secrets/token/", { body, headers }),
    /** In a vault whose access policies give the caller these permissions on secrets. */
    byPolicy: (_, request: string, secrets: string[]) => async (cloud) => {
      const { partner, deployer } = cloud.seeds;
      const policy = { tenantId: partner.id, objectId: deployer.servicePrincipalId, permissions: { secrets } };
      return await inVault(request, { vault: { enableRbacAuthorization: false, accessPolicies: [policy] } })(cloud);
    },
    createWith: (_, body: object = {}) => inVault(create, { body }),
    /** By the policy with changes of its groups. */
    create: (_, changes: Groups) => {
      const own: Groups = clientPolicy;
      const groups = Object.entries(changes).map(([name, change]) => [
        name,
        Array.isArray(change) || typeof change !== "object" ? change : { ...own[name], ...change },
      ]);
      return inVault(create, { body: { policy: { ...own, ...(Object.fromEntries(groups) as Groups) } } });
    },
    withCertificate: (_, request: string, body?: unknown, more?: Asked) =>
      inVault(request, { hasCertificate: true, body, ...more }),
    sign: (_, alg: string, more: Asked = {}, value = digest) =>
      inVault("POST /keys/one/{version}/sign", { hasCertificate: true, body: { alg, value }, ...more }),
  },
  { policy: clientPolicy, tooManyTags: Object.fromEntries(Array.from({ length: 16 }, (_, n) => [`t${n}`, "x"])) },
);
