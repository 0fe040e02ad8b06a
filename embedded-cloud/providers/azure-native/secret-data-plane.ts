/** azure-native's requests to a vault: it deletes secrets, and recovers a deleted one to use its name. */
import { isGone, RestError, type RestClient } from "../base/rest";
import { fields, text, type Values } from "../base/values";
import { ownVersion } from "./key-vault-versions";
import type { ResourceManager } from "./resource-manager";
import { vaultIdOf } from "./vault-ids";

const apiVersion = "api-version=7.4";
/** Seconds between two attempts, their number, and their number if no deleted secret was found. */
const [pause, attempts, blindAttempts] = [5, 36, 6];

interface Vault {
  client: RestClient;
  origin: string;
}

/** The vault in the inputs: its host is that of its cloud. */
async function vaultOf(arm: ResourceManager, inputs: Values): Promise<Vault | undefined> {
  const vault = await arm.find(vaultIdOf(inputs, arm.account), ownVersion);
  const uri = text(fields(vault?.["properties"])["vaultUri"]);
  if (uri === "") return undefined;
  const { origin } = new URL(uri);
  return { client: arm.dataPlane(origin), origin };
}

/** Soft-deletes it; a missing one is not an error. */
export async function deleteSecret(arm: ResourceManager, inputs: Values): Promise<void> {
  const vault = await vaultOf(arm, inputs);
  if (vault === undefined) return;
  await vault.client
    .send("DELETE", `${vault.origin}/secrets/${text(inputs["secretName"])}?${apiVersion}`)
    .catch(unlessGone);
}

/** Stores a secret, after recovering a deleted one of its name. @param put through Resource Manager */
export async function putRecovering(arm: ResourceManager, inputs: Values, put: () => Promise<Values>): Promise<Values> {
  let found = false;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await put();
    } catch (error) {
      const isTaken = error instanceof RestError && error.status === 409;
      if (!isTaken || attempt >= attempts || (!found && attempt >= blindAttempts)) throw error;
      found = (await recover(arm, inputs)) || found;
      await arm.sleep(pause * 1000);
    }
  }
}

async function recover(arm: ResourceManager, inputs: Values): Promise<boolean> {
  const vault = await vaultOf(arm, inputs);
  if (vault === undefined) return false;
  const deleted = `${vault.origin}/deletedsecrets/${text(inputs["secretName"])}`;
  if ((await vault.client.send("GET", `${deleted}?${apiVersion}`).catch(unlessGone)) === undefined) return false;
  await vault.client.send("POST", `${deleted}/recover?${apiVersion}`).catch(unlessGone);
  return true;
}

function unlessGone(error: unknown): undefined {
  if (isGone(error)) return undefined;
  throw error;
}
