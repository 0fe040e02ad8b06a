import { vaultUriShape } from "../../../config/clouds";
import { VaultError, type VaultReason } from "../../../vault/vault-error";
import { exitCodes } from "../../exit-code";
import type { Check } from "../check";
import { failed, type Finding, ok, skipped } from "../finding";

export const vaultCheck: Check = {
  name: "vault",
  title: "Vault",
  needs: ["tenant", "login"],
  look: async (facts) => {
    const cloud = await facts.cloud();
    let uri: string | undefined;
    try {
      uri = await facts.vaultUri();
    } catch (error) {
      const fix = `Name one of this cloud: --vault ${vaultUriShape(cloud)}`;
      return failed((error as Error).message, fix, exitCodes.usage);
    }
    if (uri === undefined) {
      const fix = `pulumi up makes it; one that is there is named by --vault ${vaultUriShape(cloud)} or --stack`;
      return skipped("none yet, or none named", fix);
    }
    try {
      await facts.tokenVersions();
      return ok(`${uri} answers, and lists its secrets`);
    } catch (error) {
      if (!(error instanceof VaultError)) throw error;
      return judgeRefusal(uri, error, (await (await facts.access()).login()).oid ?? "<object id>");
    }
  },
};

/** What is said, and what to do, of each reason that a vault of ours may have; every other one speaks for itself. */
export function judgeRefusal(uri: string, error: { reason: VaultReason; message: string }, oid: string): Finding {
  const name = new URL(uri).hostname.split(".", 1)[0] ?? "";
  const role = `az role assignment create --role "Key Vault Secrets Officer" --assignee ${oid} --scope $(az keyvault show --name ${name} --query id -o tsv)`;
  const known: Partial<Record<VaultReason, [found: string, fix: string]>> = {
    "no-role": ["refuses this login: it has no role on the secrets, or none that acts yet (up to 15 minutes)", role],
    firewall: [
      "refuses this machine's address",
      "pulumi config set --path 'secure-application-model:vault.networkRules.ipRules[0]' <address>, then pulumi up",
    ],
    unreachable: [
      "does not answer",
      `Check the network and that it exists (az keyvault show --name ${name}); a deleted one comes back with pulumi up --refresh`,
    ],
  };
  const [found, fix] = known[error.reason] ?? [
    `could not tell: ${error.message}`,
    "Look again: secure-app-model doctor",
  ];
  return failed(`${uri} ${found}`, fix);
}
