/** The scopes of a stack's identities: looks up what exists of its model before anything is declared. */
import * as v from "valibot";
import type { AzureApi } from "../azure/api";
import { keyVaultVersion } from "../azure/key-vault";
import { makeGroup } from "../azure/find-vault";
import { findGroup, findVaultAnywhere, groupIdOf, vaultIdOf } from "../azure/resource-manager";
import { certificateIn, isRecordName } from "../credential/credential-record";
import type { describeModel } from "../config/model-file";
import { refreshTokenNameOf } from "../token/target";
import { Failure, sentence } from "../errors/failure";
import { address } from "../azure/shapes";
import type { Places } from "./rights";

type Model = Omit<ReturnType<typeof describeModel>, "needs" | "tenantId" | "subscriptionId"> & {
  subscriptionId: string;
};

export type ModelPlaces = Omit<Places, "container" | "key"> & {
  vaultUri: string | undefined;
  /** Missing parts, and how they will be created: whole sentences. */
  later: readonly string[];
};

const secretShape = v.looseObject({ tags: v.nullish(v.record(v.string(), v.string())) });

const vaultShape = v.looseObject({ id: v.string(), properties: v.looseObject({ vaultUri: address }) });

/** @throws Failure for a resource group or vault that is needed and missing; ApiError; CredentialError */
export async function placesOf(api: AzureApi, tenantId: string, model: Model): Promise<ModelPlaces> {
  const { stack, subscriptionId, vaultSecretName } = model;
  const subscription = `/subscriptions/${subscriptionId}`;
  const [group, found] = await Promise.all([groupOf(api, model), vaultOf(api, model)]);
  if (found === undefined) {
    const none = { vault: undefined, vaultUri: undefined, token: undefined, record: undefined, signer: undefined };
    const later = [`Stack ${stack} has no vault yet: run this stack again once that is deployed, for the roles there.`];
    return { subscription, group, ...none, later };
  }
  const { id: vault, properties } = found;
  const token = `${vault}/secrets/${refreshTokenNameOf(tenantId)}`;
  const { credential: tagged } = await tagsOf(api, token);
  // Everyone who may store the token writes its tags, so a tag may lead to a role on a credential alone.
  const named = tagged !== undefined && (isRecordName(tagged) || tagged === vaultSecretName) ? tagged : undefined;
  const record = named === undefined ? undefined : `${vault}/secrets/${named}`;
  const certificate = record && certificateIn(await tagsOf(api, record));
  const signer = certificate && `${vault}/keys/${certificate.name}`;
  const noToken = `Stack ${stack} has no token yet: run this stack again once a person has consented, for renew's roles on its credential.`;
  const later = named === undefined ? [noToken] : [];
  return { subscription, group, vault, vaultUri: properties.vaultUri, token, record, signer, later };
}

async function groupOf(api: AzureApi, { subscriptionId, vault }: Model): Promise<string | undefined> {
  if ("uri" in vault) return undefined;
  const { resourceGroupName, location, createResourceGroup } = vault;
  const id = groupIdOf({ subscriptionId, resourceGroupName });
  if ((await findGroup(api, id)) !== undefined) return id;
  if (createResourceGroup) return undefined;
  const what = `There is no resource group ${resourceGroupName} in subscription ${subscriptionId}, and the model's stack does not make it.`;
  throw new Failure("resource-group-none", what, makeGroup({ subscriptionId, resourceGroupName, location }));
}

async function vaultOf(
  api: AzureApi,
  { stack, subscriptionId, vault }: Model,
): Promise<v.InferOutput<typeof vaultShape> | undefined> {
  if (!("uri" in vault)) {
    const id = vaultIdOf({ ...vault, subscriptionId }, vault.name);
    return await api.find(`${id}?api-version=${keyVaultVersion}`, vaultShape);
  }
  const { origin } = new URL(vault.uri);
  const madeVault = await findVaultAnywhere(api, ({ properties }) => URL.parse(properties.vaultUri)?.origin === origin);
  if (madeVault !== undefined) return madeVault;
  throw new Failure(
    "ci-vault",
    `Stack ${stack} uses the vault ${vault.uri}, and no subscription that this login sees has it.`,
    sentence("Its owner runs this stack, or gives you Reader on the vault."),
  );
}

/** Resource Manager shows tags without a data role, past the firewall. */
const tagsOf = async (api: AzureApi, secret: string): Promise<Readonly<Record<string, string>>> =>
  (await api.find(`${secret}?api-version=${keyVaultVersion}`, secretShape))?.tags ?? {};
