import { Hono } from "hono";
import * as v from "valibot";
import type { ResourceDocument, StorageAccount, Subscription } from "../context";
import { strictObject, textMap } from "../strict-json";
import { nowOf, requireAction, type ResourceContext, type ResourceEnv } from "./authorization";
import { echoed, readBody } from "./body";
import { ResourceError } from "./errors";
import { removeAssignmentsWithin } from "./role-assignment-store";
import { accountId, accountOf } from "./storage-accounts";

const containers = "Microsoft.Storage/storageAccounts/blobServices/containers";
const containerName = /^(?!.*--)[a-z0-9](?:[a-z0-9-]{1,61}[a-z0-9])$/u;

const bodyOf = (id: string) =>
  strictObject({
    ...echoed(id, containers),
    properties: v.optional(
      strictObject({
        publicAccess: v.nullish(v.picklist(["None", "Blob", "Container"])),
        metadata: v.nullish(textMap(v.string(), v.string())),
      }),
      {},
    ),
  });

/** Blob containers of a storage account in Resource Manager: create or replace, read, list, delete. */
export function blobContainerRoutes(): Hono<ResourceEnv> {
  const routes = new Hono<ResourceEnv>();

  routes.put("/:container", async (c) => {
    const id = containerId(c);
    requireAction(c, id, `${containers}/write`);
    const account = accountOf(c);
    const name = c.req.param("container");
    if (!containerName.test(name)) {
      const message =
        "The specified resource name contains invalid characters, or its length is not within the permissible limits.";
      throw new ResourceError(400, "ContainerOperationFailure", message);
    }
    const { properties } = await readBody(c, bodyOf(id));
    refusePublic(account, properties.publicAccess);
    const isNew = !account.containers.has(name);
    const document = {
      ...{ id, name, type: containers, etag: `"0x${nowOf(c).toString(16).toUpperCase()}"` },
      properties: {
        ...{ publicAccess: properties.publicAccess ?? "None", metadata: properties.metadata ?? {} },
        ...{ leaseStatus: "Unlocked", leaseState: "Available", hasImmutabilityPolicy: false, hasLegalHold: false },
        ...{ deleted: false, remainingRetentionDays: 0, defaultEncryptionScope: "$account-encryption-key" },
        ...{ denyEncryptionScopeOverride: false, lastModifiedTime: new Date(nowOf(c)).toISOString() },
      },
    };
    account.containers.set(name, document);
    return c.json(document, isNew ? 201 : 200);
  });

  // https://learn.microsoft.com/rest/api/storagerp/blob-containers/list: $include=deleted also returns those that are soft-deleted.
  routes.get("/", (c) => {
    requireAction(c, accountId(c), `${containers}/read`);
    const { containers: all, deletedContainers = [] } = accountOf(c);
    return c.json({ value: [...all.values(), ...(c.req.query("$include") === "deleted" ? deletedContainers : [])] });
  });

  routes.get("/:container", (c) => {
    requireAction(c, containerId(c), `${containers}/read`);
    return c.json(findContainer(accountOf(c), c.req.param("container")));
  });

  routes.delete("/:container", (c) => {
    requireAction(c, containerId(c), `${containers}/delete`);
    const wasThere = deleteContainer(c.var.subscription, accountOf(c), c.req.param("container"), nowOf(c));
    return c.body(null, wasThere ? 200 : 204);
  });

  return routes;
}

/** With its roles; to be restored where the account keeps deleted ones. @returns whether it was there */
export function deleteContainer(
  subscription: Subscription,
  account: StorageAccount,
  name: string,
  now: number,
): boolean {
  const found = account.containers.get(name);
  if (found === undefined) return false;
  account.containers.delete(name);
  removeAssignmentsWithin(subscription, found.id);
  const policy = account.blobService["containerDeleteRetentionPolicy"] as
    { enabled: boolean; days?: number } | undefined;
  if (policy?.enabled !== true) return true;
  const ended = { deleted: true, deletedTime: new Date(now).toISOString(), remainingRetentionDays: policy.days };
  const version = now.toString(16).toUpperCase().padStart(16, "0");
  const properties = { ...(found["properties"] as object), ...ended, version };
  (account.deletedContainers ??= []).push({ ...found, properties });
  return true;
}

/** @throws ResourceError 404 */
export function findContainer({ containers: all }: StorageAccount, name: string): ResourceDocument {
  const found = all.get(name);
  if (found !== undefined) return found;
  throw new ResourceError(404, "ContainerNotFound", "The specified container does not exist.");
}

const containerId = (c: ResourceContext): string =>
  `${accountId(c)}/blobServices/default/containers/${c.req.param("container") ?? ""}`;

function refusePublic({ resource }: StorageAccount, wanted: string | null | undefined): void {
  if (wanted === undefined || wanted === null || wanted === "None") return;
  if (resource.properties["allowBlobPublicAccess"] === true) return;
  throw new ResourceError(409, "PublicAccessNotPermitted", "Public access is not permitted on this storage account.");
}
