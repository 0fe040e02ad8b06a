/** What `init` need not ask: the place of the login, and the domains of its tenant. */
import * as v from "valibot";
import { verifiedDomains } from "../../lib/application/own";
import { azureVariable } from "../../lib/azure/deployer-variables";
import { type CloudName, cloudNames } from "../../lib/config/clouds";
import { az } from "../../lib/errors/failure";
import { parsed } from "../../lib/http/json";
import { Facts } from "../doctor/facts";
import { outputOf } from "../terminal/program-output";

export interface Place {
  cloud: CloudName;
  tenantId?: string | undefined;
  subscriptionId?: string | undefined;
  /** The verified ones, the default one first; none where they cannot be read, which `doctor` reports. */
  domains: readonly string[];
}

const account = v.object({ environmentName: v.picklist(cloudNames), tenantId: v.string(), id: v.string() });

/** The login of az. Undefined without one, or in a cloud of one's own. */
export async function accountOfAz(env: NodeJS.ProcessEnv): Promise<v.InferOutput<typeof account> | undefined> {
  // Variables take precedence over it.
  if (azureVariable(env, "CLIENT_ID") !== undefined) return undefined;
  const { code, out } = await outputOf(az("account", "show", "--output", "json"), { env, timeout: 30_000 });
  const shown = v.safeParse(account, code === 0 ? parsed(out) : undefined);
  return shown.success ? shown.output : undefined;
}

/** @param endpoints of a cloud of one's own, as JSON */
export async function placeOf(
  cloud: CloudName,
  endpoints: string | undefined,
  shown: Awaited<ReturnType<typeof accountOfAz>>,
  environment: NodeJS.ProcessEnv,
): Promise<Place> {
  const own = shown?.environmentName === cloud && endpoints === undefined ? shown : undefined;
  const tenantId = azureVariable(environment, "TENANT_ID") ?? own?.tenantId;
  const subscriptionId = azureVariable(environment, "SUBSCRIPTION_ID") ?? own?.id;
  const facts = new Facts({ cloud, ...(endpoints !== undefined && { endpoints }) }, environment);
  const domains = await facts
    .directory()
    .then(({ graph }) => verifiedDomains(graph))
    .catch(() => []);
  return { cloud, tenantId, subscriptionId, domains };
}
