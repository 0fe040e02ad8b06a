/** Disables all stored refresh tokens of an application, its own tenant's first. */
import PQueue from "p-queue";
import { concurrency } from "../../lib/config/limits";
import { disableCommand, revokeStored } from "../../lib/token/disable-versions";
import { tenantInName, tokenNames } from "../../lib/token/stored-token";
import { refreshTokenNameOf } from "../../lib/token/target";
import { az, byPerson, Failure } from "../../lib/errors/failure";
import type { SecretVersion } from "../../lib/vault/secrets";
import { printNote } from "../terminal/output";
import { type Account, accountsOf, type Plan } from "./plan";
import type { Leave } from "./next";

export interface DisabledToken {
  name: string;
  tenantId: string;
  /** How many versions were still enabled. */
  disabled: number;
  accounts: readonly Account[];
}

/** Tries all tokens, whatever fails. */
export async function disableTokens(plan: Plan, leave: Leave): Promise<DisabledToken[]> {
  const { stack, cloud, vault, clientId, tenantId: own } = plan;
  const done: DisabledToken[] = [];
  const disable = async (tenantId: string) => {
    const name = refreshTokenNameOf(tenantId);
    try {
      const target = { cloud, clientId, tenantId, refreshTokenName: name };
      const { versions, strange, disabled } = await revokeStored(target, vault, stack.name);
      // All tokens of another tenant may be another application's.
      if (strange.length > 0 && (tenantId === own || versions.length > 0)) leave(notOurs(plan, name, strange));
      if (versions.length > 0) {
        done.push({ name, tenantId, disabled, accounts: accountsOf(versions) });
        printNote(`Disabled in ${vault.uri}: ${name}.`);
      } else if (tenantId === own) leave(notFound(plan, name));
    } catch (error) {
      leave(error);
    }
  };
  await disable(own);
  const names = await tokenNames(vault).catch((error: unknown) => {
    leave(error);
    return [];
  });
  const others = names.map((name) => tenantInName(name) ?? "").filter((tenantId) => tenantId !== own);
  await new PQueue({ concurrency: concurrency.default }).addAll(others.map((tenantId) => () => disable(tenantId)));
  return done;
}

function notOurs({ vault, clientId }: Plan, name: string, strange: readonly SecretVersion[]): Failure {
  const what =
    `Enabled versions of ${name} in ${vault.uri} ` +
    `that by their tags belong to another application than ${clientId} were left unchanged: ${strange.length}.`;
  const why = "Everyone who can write secrets can change the tags.";
  const disabling = strange.map(({ version }) => disableCommand(`${vault.uri}/secrets/${name}/${version}`));
  const fix = byPerson("Find out whose they are, and disable them", ...disabling);
  return new Failure("token-not-ours", { what, why }, fix);
}

function notFound({ stack, vault, clientId }: Plan, name: string): Failure {
  const list = ["--id", `${vault.uri}/secrets/${name}`, "--query", "[?attributes.enabled].id", "--output", "tsv"];
  const what = `The vault ${vault.uri} has no refresh token of application ${clientId} in ${name}: none is disabled.`;
  const why = `The state of stack ${stack.name} may name the wrong application, or the wrong vault.`;
  const listing = az("keyvault", "secret", "list-versions", ...list);
  const fix = byPerson("Find the token, and disable its versions", listing, disableCommand("<id>"));
  return new Failure("token-not-found", { what, why }, fix);
}
