/** Disables every stored refresh token of an application in its vault: its own tenant's first, then those of others. */
import PQueue from "p-queue";
import { concurrency } from "../../lib/config/limits";
import { disableCommand, revokeStored } from "../../lib/consent/disable-versions";
import { tenantInName, tokenNames } from "../../lib/consent/stored-token";
import { refreshTokenNameOf } from "../../lib/consent/target";
import { az, byPerson, Failure } from "../../lib/errors/failure";
import type { SecretVersion } from "../../lib/vault/secrets";
import { printNote } from "../terminal/output";
import { type Account, accountsOf, type Plan } from "./plan";
import { leave, type Step } from "./next";

export interface DisabledToken {
  name: string;
  tenantId: string;
  /** How many versions were still enabled. */
  disabled: number;
  accounts: readonly Account[];
}

/** All are tried, whatever fails. */
export async function disableTokens(plan: Plan): Promise<Step<DisabledToken>> {
  const { cloud, vault, clientId, tenantId } = plan;
  const [done, left]: [DisabledToken[], unknown[]] = [[], []];
  const disable = async (tenant: string) => {
    const refreshTokenName = refreshTokenNameOf(tenant);
    try {
      const target = { cloud, clientId, tenantId: tenant, refreshTokenName };
      const { versions, strange, disabled } = await revokeStored(target, vault);
      const isOwn = tenant === tenantId;
      // Of another tenant all may be another application's.
      if (strange.length > 0 && (isOwn || versions.length > 0)) leave(left, notOurs(plan, refreshTokenName, strange));
      if (versions.length === 0 && isOwn) leave(left, notFound(plan, refreshTokenName));
      if (versions.length === 0) return;
      done.push({ name: refreshTokenName, tenantId: tenant, disabled, accounts: accountsOf(versions) });
      printNote(`Disabled in ${vault.uri}: ${refreshTokenName}.`);
    } catch (error) {
      leave(left, error);
    }
  };
  await disable(tenantId);
  const queue = new PQueue({ concurrency: concurrency.default });
  const names = await tokenNames(vault).catch((error: unknown) => {
    leave(left, error);
    return [];
  });
  const tenants = names.map((name) => tenantInName(name) ?? "").filter((tenant) => tenant !== tenantId);
  await queue.addAll(tenants.map((tenant) => async () => disable(tenant)));
  return { done, left };
}

function notOurs({ vault, clientId }: Plan, name: string, strange: readonly SecretVersion[]): Failure {
  return new Failure("token-not-ours", {
    what: `Enabled versions of ${name} in ${vault.uri} that by their tags are not of application ${clientId} were left alone: ${strange.length}.`,
    why: "Whoever may write secrets can change the tags.",
    fixes: [
      byPerson(
        "Find out whose they are, and disable them",
        ...strange.map(({ version }) => disableCommand(`${vault.uri}/secrets/${name}/${version}`)),
      ),
    ],
  });
}

function notFound({ stack, vault, clientId }: Plan, name: string): Failure {
  const list = ["--id", `${vault.uri}/secrets/${name}`, "--query", "[?attributes.enabled].id", "--output", "tsv"];
  return new Failure("token-not-found", {
    what: `The vault ${vault.uri} has no refresh token of application ${clientId} in ${name}: none is disabled.`,
    why: `The state of stack ${stack.name} may name another application, or another vault than the token's.`,
    fixes: [
      byPerson(
        "Find the token, and disable its versions",
        az("keyvault", "secret", "list-versions", ...list),
        disableCommand("<id>"),
      ),
    ],
  });
}
