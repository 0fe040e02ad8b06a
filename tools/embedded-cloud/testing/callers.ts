/** Requests to a running emulator with custom tokens: any caller, any permission. */
import { readFileSync } from "node:fs";
import type { Emulator } from "../emulator/emulator";
import type { CloudContext } from "../emulator/cloud";
import type { Origins } from "../emulator/context";

export interface Caller {
  tid?: string;
  oid?: string;
  appid?: string;
  idtyp?: "app" | "user";
  roles?: string[];
  scp?: string;
}

/** Application permissions of a caller that may make and change all of a model's objects in the directory. */
export const directoryRoles = [
  "Application.ReadWrite.All",
  "AppRoleAssignment.ReadWrite.All",
  "DelegatedPermissionGrant.ReadWrite.All",
  "Directory.Read.All",
  "GroupMember.ReadWrite.All",
];

export interface Answer {
  status: number;
  headers: Headers;
  body: unknown;
}

/** Status, code and message of a refusal by Graph, Resource Manager or a vault; without one the texts are empty. */
export function refusal({ status, body }: Answer): [status: number, code: string, message: string] {
  const { error } = (body ?? {}) as { error?: { code?: string; message?: string } };
  return [status, error?.code ?? "", error?.message ?? ""];
}

export function codeOf(answer: Answer): [status: number, code: string] {
  const [status, code] = refusal(answer);
  return [status, code];
}

/** One request: method, path from the origin on, a JSON body, and further headers. */
export type Ask = (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>;

export function cloudOf(emulator: Emulator): CloudContext {
  const [cloud] = emulator.clouds.values();
  if (!cloud) throw new Error("no cloud runs");
  return cloud;
}

/** Returns a function that sends requests to a service, as the deployer unless the caller is given. */
export async function askAs(emulator: Emulator, origin: string, caller: Caller = {}): Promise<Ask> {
  return asking(origin, `Bearer ${await tokenFor(emulator, origin, caller)}`);
}

/** The same for a service of the first cloud, with a new token for each request: for an emulator that is yet to start. */
export const askService =
  (emulator: Emulator, service: keyof Origins, caller: Caller = {}): Ask =>
  async (...request) =>
    (await askAs(emulator, emulator.origins[service], caller))(...request);

/** Sends requests to the emulator's admin surface, below /_admin/. */
export const askAdmin =
  (emulator: Emulator): Ask =>
  (method, path, body) =>
    asking(emulator.url, `Bearer ${readFileSync(emulator.adminTokenFile, "utf8")}`)(method, `/_admin/${path}`, body);

/** Returns a function that sends requests to a service with this authorization header, or none. */
export function asking(origin: string, authorization?: string): Ask {
  return async (method, path, body, headers = {}) => {
    const response = await fetch(`${origin}${path}`, {
      method,
      redirect: "manual",
      headers: {
        ...headers,
        ...(authorization !== undefined && { authorization }),
        ...(body !== undefined && { "content-type": "application/json" }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === "" ? undefined : JSON.parse(text) };
  };
}

/** An access token signed by the cloud itself. @param lifetime seconds; of one that has ended it is negative */
export async function tokenFor(
  emulator: Emulator,
  audience: string,
  caller: Caller = {},
  lifetime = 3600,
): Promise<string> {
  const { partner, deployer } = emulator.seeds;
  const claims = {
    tid: partner.id,
    oid: deployer.servicePrincipalId,
    appid: deployer.clientId,
    idtyp: "app",
    ...caller,
  };
  const issuer = `${emulator.origins.authority}/${claims.tid}/v2.0`;
  return await cloudOf(emulator).tokens.sign({ ...claims, iss: issuer, aud: audience }, lifetime);
}
