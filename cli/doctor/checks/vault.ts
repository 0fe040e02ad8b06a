import { type Parts, partsOf } from "../../../errors/failure";
import { az, ownCommand, pulumi, run, sentence, setSetting } from "../../../errors/fix";
import { textOf } from "../../../errors/text";
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
      const { what, why } = partsOf(error);
      const nameOne = sentence(`Name one of this cloud: --vault ${vaultUriShape(cloud)}`);
      return failed(textOf({ what, why }), nameOne, exitCodes.usage);
    }
    if (uri === undefined) {
      return skipped("none yet, or none named", [
        run("Make it", pulumi("up")),
        sentence(`Name one that is there: --vault ${vaultUriShape(cloud)} or --stack`),
      ]);
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
export function judgeRefusal(uri: string, error: { reason: VaultReason } & Parts, oid: string): Finding {
  const [name = uri] = new URL(uri).hostname.split(".", 1);
  const assign = ["--role", "Key Vault Secrets Officer", "--assignee", oid, "--scope", "<vault id>"];
  switch (error.reason) {
    case "no-role":
      return failed(
        `${uri} refuses this login: it has no role on the secrets, or none that has taken effect yet (up to 15 minutes)`,
        run(
          "Assign the role, on the vault's id",
          az("keyvault", "show", "--name", name, "--query", "id", "-o", "tsv"),
          az("role", "assignment", "create", ...assign),
        ),
      );
    case "firewall":
      return failed(
        `${uri} refuses this machine's address`,
        run("Add it", setSetting("vault.networkRules.ipRules[0]", "<address>"), pulumi("up")),
      );
    case "unreachable":
      return failed(`${uri} does not answer`, [
        run("Check the network, and that it exists", az("keyvault", "show", "--name", name)),
        run("A deleted one comes back with", pulumi("up", "--refresh")),
      ]);
    case "not-found":
    case "disabled":
    case "deleted":
    case "recovering":
    case "other":
      return failed(`${uri} could not tell: ${textOf({ what: error.what, why: error.why })}`, [
        ...(error.fixes ?? []),
        run("Look again", ownCommand("doctor")),
      ]);
  }
}
