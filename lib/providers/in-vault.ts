/** Resources in a vault: a vault that is gone or not accessible prevents neither a repair nor a destroy. */
import { CredentialError } from "../azure/credential-error";
import { type CloudChoice, cloudOf } from "../config/clouds";
import { byPerson, Failure, restoreBackup } from "../errors/failure";
import { Vault } from "../vault/secrets";
import { VaultError } from "../vault/vault-error";
import { cleanly } from "./failures";

export const vaultOf = ({ cloud, endpoints, vaultUri }: CloudChoice & { vaultUri: string }): Vault =>
  new Vault(cloudOf(cloud, endpoints), vaultUri);

/** Refuses a name of the state before any request: the deployer may change all secrets. @throws Failure */
export function requireOwn(isOwn: boolean, name: string, vaultUri: string): void {
  if (isOwn) return;
  throw new Failure("state-names-another", {
    what: `The state names ${name} in ${vaultUri}, which is not the name of anything that a stack makes. Nothing was read or changed there.`,
    why: "Everyone who can write to the state can name anything in the vault there.",
    fixes: [byPerson("Find out who wrote it, and restore the previous state", restoreBackup)],
  });
}

const isVaultClosed = (error: unknown): error is VaultError | CredentialError =>
  error instanceof VaultError || error instanceof CredentialError;

type Read<Outputs> = (id: string, outputs: Outputs) => Promise<{ id: string; props: object; inputs?: object }>;

/** A read that keeps the recorded values if the vault cannot be read. */
export const ofVault = <Outputs extends object>(read: Read<Outputs>): Read<Outputs> =>
  cleanly(async (id, props) => {
    try {
      return await read(id, props);
    } catch (error) {
      if (isVaultClosed(error)) return { id, props };
      throw error;
    }
  });

/** @param left printed if something may still be enabled */
export const disabling = <Outputs>(
  left: string,
  disable: (outputs: Outputs) => Promise<void>,
): ((id: string, outputs: Outputs) => Promise<void>) =>
  cleanly(async (_id, outputs) => {
    try {
      await disable(outputs);
    } catch (error) {
      if (!isVaultClosed(error)) throw error;
      if (error instanceof CredentialError || error.reason !== "not-found") console.error(`${left} ${error.message}`);
    }
  });
