/** Looks up the permissions in the settings: a misspelt one fails before anything is declared. */
import * as v from "valibot";
import type { AzureApi } from "../azure/api";
import { equal } from "../azure/graph";
import { isGuid } from "../config/limits";
import { az, byPerson, Failure, run, sentence, setSetting } from "../errors/failure";
import { meant, nearest } from "../errors/text";
import { type ServicePrincipal, servicePrincipalShape } from "./applications";
import { Directory } from "./directory";
import {
  type ExtraPermissions,
  modelResources,
  type PublishedPermission,
  requestedPermissions,
  type RequestedPermission,
} from "./permissions";
import { requireResource } from "./resource-principals";

const kinds = ["delegated", "application"] as const;
type Kind = (typeof kinds)[number];

/** Permissions of one resource, by names or ids. */
export interface NamedPermissions extends Readonly<Record<Kind, readonly string[]>> {
  /** Display name of its service principal in this tenant, or its client id. */
  resource: string;
}

/** The requested permissions, those of further resources by names or ids. */
export type NamedChoice = Omit<ExtraPermissions, "permissions"> & {
  permissions?: { legacy?: boolean; extra?: readonly NamedPermissions[] };
};

type Resolved = Required<ExtraPermissions>["permissions"];

/** @throws Failure for the first name that is unknown, disabled or of the other kind */
export async function resolvePermissions(graph: AzureApi, { permissions, ...others }: NamedChoice): Promise<Resolved> {
  const { extra = [], ...choice } = permissions ?? {};
  const directory = new Directory(graph);
  const resolved: Resolved = { ...choice, extra: await findExtra(directory, extra) };
  const requested = requestedPermissions({ ...others, permissions: resolved });
  const resources = new Map(requested.map(({ resource, resourceAppId }) => [resourceAppId, resource]));
  await Promise.all([...resources].map(([id, resource]) => requireResource(directory, resource, id)));
  return resolved;
}

/** The extra permissions alone: the model's own resources are not checked. */
export async function findExtra(
  directory: Directory,
  extra: readonly NamedPermissions[],
): Promise<RequestedPermission[]> {
  return (await Promise.all(extra.map((one, at) => findOf(directory, one, `permissions.extra[${at}]`)))).flat();
}

async function findOf(
  directory: Directory,
  { resource, ...names }: NamedPermissions,
  setting: string,
): Promise<RequestedPermission[]> {
  const principal = await findResource(directory, resource, `${setting}.resource`);
  // The name as the settings write it: a resource's new name in the tenant changes nothing in the stack.
  const isId = resource.toLowerCase() === principal.appId.toLowerCase();
  const its = { resource: isId ? principal.displayName : resource, resourceAppId: principal.appId };
  const found = (kind: Kind) =>
    names[kind].map((name, at) => permissionOf(principal, kind, name, `${setting}.${kind}[${at}]`));
  return kinds.flatMap((kind) => found(kind).map((one) => ({ ...its, ...one })));
}

async function findResource(directory: Directory, named: string, setting: string): Promise<ServicePrincipal> {
  const ours = modelResources.find(({ resource }) => resource.toLowerCase() === named.toLowerCase());
  if (ours !== undefined) return await requireResource(directory, ours.resource, ours.resourceAppId);
  if (isGuid(named)) return await requireResource(directory, "this resource", named.toLowerCase());
  const path = `/v1.0/servicePrincipals${equal("displayName", named)}`;
  const [found, ...others] = await directory.graph.list(path, servicePrincipalShape);
  if (found === undefined) throw await noResource(directory.graph, named, setting);
  if (others.length === 0) return found;
  const ids = [found, ...others].map(({ appId }) => appId);
  throw new Failure(
    "resource-ambiguous",
    `${setting}: this tenant has ${ids.length} service principals of the name "${named}".`,
    byPerson(`Name the resource by its client id, one of ${ids.join(", ")}`, setSetting(setting, "<client id>")),
  );
}

async function noResource(graph: AzureApi, named: string, setting: string): Promise<Failure> {
  const shape = v.looseObject({ displayName: v.nullish(v.string(), "") });
  const all = await graph.list("/v1.0/servicePrincipals?$select=displayName", shape);
  const names = [...modelResources.map(({ resource }) => resource), ...all.map(({ displayName }) => displayName)];
  return new Failure(
    "resource-unknown",
    {
      what: `${setting}: this tenant has no service principal of the name "${named}".`,
      why: `The nearest names are ${nearest(named, names)}.`,
    },
    byPerson("Take one of these names, or the resource's client id", setSetting(setting, "<resource>")),
    run("If it is not in this tenant yet", az("ad", "sp", "create", "--id", "<client id>")),
  );
}

type Published = Pick<ServicePrincipal["appRoles"][number], "id" | "value" | "isEnabled">;

function publishedBy(principal: ServicePrincipal, kind: Kind): Published[] {
  if (kind === "delegated") return principal.oauth2PermissionScopes;
  return principal.appRoles.filter(({ allowedMemberTypes }) => allowedMemberTypes.includes("Application"));
}

function permissionOf(principal: ServicePrincipal, kind: Kind, named: string, setting: string): PublishedPermission {
  const all = publishedBy(principal, kind);
  const permission = all.find((one) => isNamed(one, named));
  const { displayName } = principal;
  if (permission === undefined) throw noPermission(principal, kind, named, setting);
  const value = permission.value ?? permission.id;
  if (permission.isEnabled) return { id: permission.id, value, type: kind === "delegated" ? "Scope" : "Role" };
  throw new Failure(
    "permission-disabled",
    `${setting}: the ${kind} permission ${value} of ${displayName} is disabled, and Entra refuses to grant it.`,
    sentence("Leave it out, or have the owner of the resource enable it."),
  );
}

const isNamed = ({ id, value }: Published, named: string): boolean => value === named || id === named.toLowerCase();

function noPermission(principal: ServicePrincipal, kind: Kind, named: string, setting: string): Failure {
  const { displayName } = principal;
  const other = kind === "delegated" ? "application" : "delegated";
  const ofOther = publishedBy(principal, other).find((one) => isNamed(one, named));
  if (ofOther !== undefined) {
    return new Failure(
      "permission-kind",
      `${setting}: ${ofOther.value ?? named} of ${displayName} is a permission of the kind ${other}; there is no ${kind} one of that name.`,
      sentence(`Name it under ${other}, if that is what you want.`),
    );
  }
  const names = publishedBy(principal, kind).flatMap(({ value, isEnabled }) => (value && isEnabled ? [value] : []));
  const near = meant(named, names) ?? "<permission>";
  return new Failure(
    "permission-unknown",
    {
      what: `${setting}: ${displayName} publishes no ${kind} permission "${named}".`,
      why:
        names.length === 0 ? `It publishes no ${kind} permission at all.` : `The nearest are ${nearest(named, names)}.`,
    },
    run("Set it", setSetting(setting, near)),
    byPerson("See all that it publishes", az("ad", "sp", "show", "--id", principal.appId)),
  );
}
