/** Key Vault and Resource Manager, on the throwaway vault. */
import { keyVaultVersion } from "../../../lib/azure/key-vault";
import { fieldsOf, listOf, serviceRefusal, textOf } from "../answers";
import type { Check, Json } from "../check";
import { ask, until } from "../http";
import { throwaway } from "../template";
import type { World } from "../world";
import { outputsIn } from "./application";

/** Resource id of the first stack's vault. */
export const vaultId = ({ subscriptionId, id }: World): string =>
  `/subscriptions/${subscriptionId}/resourceGroups/acceptance-${id}/providers/Microsoft.KeyVault/vaults/acceptance-${id}`;

/** The vault's own data plane. */
const secrets = async (
  world: World,
  method: "GET" | "PUT" | "POST" | "PATCH" | "DELETE",
  path: string,
  body?: object,
) =>
  await world.asDeployer("keyVault", {
    method,
    path: `${outputsIn(world).vaultUri}${path}?api-version=7.4`,
    ...(body === undefined ? {} : { body }),
  });

const secretName = "acceptance-probe";

const vaultChallenge: Check = {
  id: "vault-challenge",
  promise:
    "A vault answers a request without a token with 401, and names the tenant's authority and the cloud's resource.",
  needs: ["deployment"],
  effect: "reads",
  settles: [],
  expected: ({ cloud, tenantId }) => ({
    status: 401,
    authorization: `${cloud.authority}/${tenantId}`,
    resourceOfVault: true,
  }),
  look: async (world) => {
    const { vaultUri } = outputsIn(world);
    const { status, headers } = await ask({ url: `${vaultUri}secrets?api-version=7.4` });
    const challenge = headers["www-authenticate"] ?? "";
    const part = (name: string) => new RegExp(`${name}="([^"]*)"`, "u").exec(challenge)?.[1] ?? "";
    const resource = URL.parse(part("resource"))?.hostname ?? "";
    const authorization = part("authorization") || part("authorization_uri");
    return { status, authorization, resourceOfVault: `.${new URL(vaultUri).hostname}`.endsWith(`.${resource}`) };
  },
};

const secretNotFound: Check = {
  id: "secret-not-found",
  promise: "Of a secret that is not there the vault says 404, SecretNotFound, and Resource Manager says the same.",
  needs: ["deployment"],
  effect: "reads",
  settles: ["tools/embedded-cloud/README.md"],
  expected: {
    vault: { status: 404, code: "SecretNotFound" },
    resourceManager: { status: 404, code: "SecretNotFound" },
  },
  look: async (world) => {
    const path = `${vaultId(world)}/secrets/acceptance-nobodys?api-version=${keyVaultVersion}`;
    return {
      vault: serviceRefusal(await secrets(world, "GET", "secrets/acceptance-nobodys")),
      resourceManager: serviceRefusal(await world.asDeployer("resourceManager", { path })),
    };
  },
};

const vaultOfTheNewVersion: Check = {
  id: "vault-of-the-new-version",
  promise: `The stack's vault has what it declares when version ${keyVaultVersion} reads it; a vault that is made with it and names neither roles nor access policies goes by roles.`,
  needs: ["deployment"],
  effect: "changes",
  settles: ["docs/decisions/0022-one-version-of-key-vault.md"],
  expected: {
    declared: { byRoles: true, accessPolicies: 0, softDelete: true, retentionDays: 7, purgeProtection: true },
    silent: { made: true, byRoles: true, accessPolicies: 0 },
  },
  look: async (world) => {
    const { body } = await manage(world, "GET", vaultId(world));
    const properties = fieldsOf(body?.["properties"]);
    return {
      declared: {
        ...rulesOf(properties),
        softDelete: properties["enableSoftDelete"] === true,
        retentionDays: Number(properties["softDeleteRetentionInDays"]),
        purgeProtection: properties["enablePurgeProtection"] === true,
      },
      silent: await silentVault(world),
    };
  },
};

const manage = async (world: World, method: "GET" | "PUT" | "POST" | "DELETE", path: string, body?: object) =>
  await world.asDeployer("resourceManager", {
    ...{ method, path: `${path}?api-version=${keyVaultVersion}` },
    ...(body === undefined ? {} : { body }),
  });

const rulesOf = (properties: ReturnType<typeof fieldsOf>) => ({
  byRoles: properties["enableRbacAuthorization"] === true,
  accessPolicies: listOf(properties["accessPolicies"]).length,
});

/** A vault of its own, which is gone afterwards. */
async function silentVault(world: World): Promise<Json> {
  const { id, subscriptionId, tenantId } = world;
  const location = textOf(fieldsOf(throwaway(world)["vault"])["location"]);
  const path = vaultId(world).replace(/[^/]*$/u, `role-${id}`);
  const properties = { tenantId, sku: { family: "A", name: "standard" }, softDeleteRetentionInDays: 7 };
  const made = await manage(world, "PUT", path, { location, properties });
  try {
    const { body } = await manage(world, "GET", path);
    return { made: made.status === 200 || made.status === 201, ...rulesOf(fieldsOf(body?.["properties"])) };
  } finally {
    const deleted = `/subscriptions/${subscriptionId}/providers/Microsoft.KeyVault/locations/${location}/deletedVaults/role-${id}`;
    await manage(world, "DELETE", path);
    await until(
      world,
      ({ status }) => status === 200,
      () => manage(world, "GET", deleted),
    );
    await manage(world, "POST", `${deleted}/purge`);
  }
}

const disabledSecret: Check = {
  id: "disabled-secret",
  promise: "A secret whose newest version is disabled is refused: 403, SecretDisabled.",
  needs: ["deployment"],
  effect: "changes",
  settles: [],
  expected: { status: 403, code: "Forbidden", inner: "SecretDisabled" },
  look: async (world) => {
    await secrets(world, "PUT", `secrets/${secretName}`, { value: "probe", attributes: { enabled: false } });
    return serviceRefusal(await secrets(world, "GET", `secrets/${secretName}`));
  },
};

const softDeletedSecret: Check = {
  id: "soft-deleted-secret",
  promise:
    "A deleted secret is gone to readers (404), a new value for its name is refused (409, ObjectIsDeletedButRecoverable), purging it is refused (403), and it can be recovered.",
  needs: ["deployment"],
  effect: "changes",
  settles: ["tools/embedded-cloud/README.md"],
  expected: {
    read: { status: 404, code: "SecretNotFound" },
    set: { status: 409, code: "Conflict", inner: "ObjectIsDeletedButRecoverable" },
    purge: { status: 403, code: "Forbidden", inner: "ForbiddenByPolicy" },
    recovered: 200,
  },
  look: async (world) => {
    await secrets(world, "PUT", `secrets/${secretName}`, { value: "probe" });
    await secrets(world, "DELETE", `secrets/${secretName}`);
    const gone = await until(
      world,
      ({ status }) => status === 200,
      () => secrets(world, "GET", `deletedsecrets/${secretName}`),
    );
    if (gone.status !== 200) return { deleted: serviceRefusal(gone) };
    const read = serviceRefusal(await secrets(world, "GET", `secrets/${secretName}`));
    const set = serviceRefusal(await secrets(world, "PUT", `secrets/${secretName}`, { value: "again" }));
    const purge = serviceRefusal(await secrets(world, "DELETE", `deletedsecrets/${secretName}`));
    await secrets(world, "POST", `deletedsecrets/${secretName}/recover`);
    const back = await until(
      world,
      ({ status }) => status === 200,
      () => secrets(world, "GET", `secrets/${secretName}`),
    );
    return { read, set, purge, recovered: back.status };
  },
};

export const vaultChecks: readonly Check[] = [
  vaultChallenge,
  secretNotFound,
  vaultOfTheNewVersion,
  disabledSecret,
  softDeletedSecret,
];
