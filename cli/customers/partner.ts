/** Partner Center, with the service account's token from the vault. */
import PQueue from "p-queue";
import { partnerCenterRate, redemptionsAtOnce } from "../../lib/config/limits";
import type { StoredToken } from "../../lib/token/stored-token";
import { AccessTokens } from "../../lib/oauth/access-tokens";
import { PartnerCenter } from "../../lib/partner-center/api";
import type { Customer } from "../../lib/partner-center/customers";
import { type Pace, paced } from "../../lib/partner-center/pace";
import { openVault, type OpenVault, partnerToken, type PartnerTenantOptions } from "../redemption/partner-token";
import { redeemIn } from "../../lib/token/redeem";

export interface PartnerOptions extends PartnerTenantOptions {
  /** Requests to Partner Center a second. */
  rate?: number;
  redemptions?: number;
}

export interface Partner extends OpenVault {
  stored: StoredToken;
  applicationId: string;
  api: PartnerCenter;
  pace: Pace;
  rate: number;
  /** Runs requests to Entra, `redemptions` at a time. */
  redeeming: <T>(ask: () => Promise<T>) => Promise<T>;
  redemptions: number;
  /** What isWithoutAccess() found. */
  isWithoutAccess?: Promise<boolean>;
  /** The customers in Microsoft Graph, once they are read. */
  inGraph?: Promise<InGraph>;
}

export interface InGraph {
  customers: Customer[];
  /** A sentence on what Graph did not show. */
  lacks: string | undefined;
}

/** The vault has no valid token: no request for any customer can succeed. */
export class NoAccess extends Error {
  constructor(readonly failure: unknown) {
    super("There is no access token for Partner Center.");
  }
}

/** @throws UsageError, and any error of redeeming the stored token */
export async function partnerOf(options: PartnerOptions): Promise<Partner> {
  const { rate = partnerCenterRate.default, redemptions = redemptionsAtOnce.default } = options;
  const opened = openVault(options);
  const stored = await partnerToken(opened, options.partnerTenant);
  const pace = paced(rate);
  const accessToken = await accessIn(opened, stored);
  const queue = new PQueue({ concurrency: redemptions });
  return {
    ...opened,
    ...{ stored, pace, rate, redemptions },
    applicationId: stored.tags.application,
    api: new PartnerCenter(opened.cloud, accessToken, pace.policy),
    redeeming: (ask) => queue.add(ask),
  };
}

/** The access token, redeemed again before it ends: a run may take longer. */
async function accessIn(opened: OpenVault, stored: StoredToken): Promise<() => Promise<string>> {
  const tokens = new AccessTokens((resource) => redeemIn(opened.cloud, stored, resource));
  const current = async () => (await tokens.of(opened.cloud.partnerCenter)).accessToken;
  await current();
  return async () =>
    await current().catch((error: unknown) => {
      throw new NoAccess(error);
    });
}
