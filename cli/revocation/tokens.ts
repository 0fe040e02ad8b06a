/** Disables every stored refresh token of an application in its vault: its own tenant's first, then those of others. */
import PQueue from "p-queue";
import { concurrency } from "../../config/limits";
import { revokeStored } from "../../consent/retire";
import { tenantInName, tokenNames } from "../../consent/stored-token";
import { refreshTokenNameOf } from "../../consent/target";
import { printNote } from "../output";
import { type Account, accountsOf, type Plan } from "./plan";
import type { Step } from "./step";

export interface DisabledToken {
  name: string;
  tenantId: string;
  /** How many versions were still enabled. */
  disabled: number;
  accounts: readonly Account[];
}

/** All are tried, whatever fails. */
export async function disableTokens({ cloud, vault, clientId, tenantId }: Plan): Promise<Step<DisabledToken>> {
  const [done, left]: [DisabledToken[], unknown[]] = [[], []];
  const disable = async (tenant: string) => {
    const refreshTokenName = refreshTokenNameOf(tenant);
    try {
      const { versions, disabled } = await revokeStored({ cloud, clientId, tenantId: tenant, refreshTokenName }, vault);
      if (versions.length === 0) return;
      done.push({ name: refreshTokenName, tenantId: tenant, disabled, accounts: accountsOf(versions) });
      printNote(`Disabled in ${vault.uri}: ${refreshTokenName}.`);
    } catch (error) {
      left.push(error);
    }
  };
  await disable(tenantId);
  const queue = new PQueue({ concurrency: concurrency.default });
  const names = await tokenNames(vault).catch((error: unknown) => {
    left.push(error);
    return [];
  });
  const tenants = names.map((name) => tenantInName(name) ?? "").filter((tenant) => tenant !== tenantId);
  await queue.addAll(tenants.map((tenant) => async () => disable(tenant)));
  return { done, left };
}
