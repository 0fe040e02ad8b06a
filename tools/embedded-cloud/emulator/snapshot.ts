/** A cloud's whole state as a document, so that another emulator on other ports can continue from it. */
import type { CloudContext } from "./cloud";
import type { Origins, Tenant, VaultCertificate } from "./context";
import type { IssuedRefreshToken } from "./entra/sign-in-state";

/**
 * The state of a cloud. Sign-ins and codes are left out because they are valid for minutes only. In JSON,
 * `tenants` and `refreshTokens` have `{ $map }` and `{ $set }` for types that JSON does not have.
 */
export interface CloudSnapshot {
  cloud: string;
  origins: Origins;
  /** Origin of each vault that was opened, by name: a vault's own port is part of its URI. */
  vaults: Record<string, string>;
  tenants: unknown;
  refreshTokens: unknown;
}

/** Replaces a cloud's old hosts in a text by the new ones. */
export type Rehosted = (text: string) => string;

export function takeSnapshot({ cloud, origins, vaultOrigins, tenants, signIns }: CloudContext): CloudSnapshot {
  return {
    cloud,
    origins,
    vaults: Object.fromEntries(vaultOrigins),
    tenants: written(tenants),
    refreshTokens: written(signIns.refreshTokens),
  };
}

/** @returns a function for the snapshot's texts, such as an engine's state @throws Error for another cloud */
export async function restoreSnapshot(context: CloudContext, snapshot: CloudSnapshot): Promise<Rehosted> {
  if (snapshot.cloud !== context.cloud)
    throw new Error(`this is a snapshot of ${snapshot.cloud}, and no state of ${context.cloud}`);
  const hosts = new Map<string, string>();
  const moved = (from: string, to: string) => hosts.set(new URL(from).host, new URL(to).host);
  for (const [service, origin] of Object.entries(context.origins) as [keyof Origins, string][])
    moved(snapshot.origins[service], origin);
  for (const [vault, origin] of Object.entries(snapshot.vaults)) moved(origin, await context.openVault(vault));
  const rehosted: Rehosted = (text) => text.replace(/127\.0\.0\.1:\d+/gu, (host) => hosts.get(host) ?? host);
  const { tenants, refreshTokens } = JSON.parse(rehosted(JSON.stringify(snapshot))) as CloudSnapshot;
  replace(context.tenants, withCertificates(read(tenants) as Map<string, Tenant>));
  replace(context.signIns.refreshTokens, read(refreshTokens) as Map<string, IssuedRefreshToken>);
  return rehosted;
}

/** A snapshot from before certificates were supported has none. */
function withCertificates(tenants: Map<string, Tenant>): Map<string, Tenant> {
  const subscriptions = [...tenants.values()].flatMap((tenant) => [...tenant.subscriptions.values()]);
  for (const { vaults } of subscriptions)
    for (const vault of vaults.values())
      vault.certificates = (vault as Partial<typeof vault>).certificates ?? new Map<string, VaultCertificate>();
  return tenants;
}

function replace<T>(map: Map<string, T>, by: ReadonlyMap<string, T>): void {
  map.clear();
  for (const [key, value] of by) map.set(key, value);
}

function written(value: unknown): unknown {
  if (value instanceof Map)
    return { $map: Object.fromEntries([...(value as Map<string, unknown>)].map(([key, one]) => [key, written(one)])) };
  if (value instanceof Set) return { $set: [...(value as Set<unknown>)] };
  if (Array.isArray(value)) return (value as unknown[]).map(written);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, written(one)]));
}

/** Objects with one entry named `$map` or `$set` are converted: no other data of a cloud has that form. */
function read(value: unknown): unknown {
  if (Array.isArray(value)) return (value as unknown[]).map(read);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, one]): [string, unknown] => [key, read(one)]);
  const [[name, only] = []] = entries;
  if (entries.length === 1 && name === "$set") return new Set(only as unknown[]);
  if (entries.length === 1 && name === "$map") return new Map(Object.entries(only as object));
  return Object.fromEntries(entries);
}
