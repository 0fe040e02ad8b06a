/** Partner Center, with the service account's token from the vault. */
import PQueue from "p-queue";
import { partnerCenterRate, redemptionsAtOnce } from "../../lib/config/limits";
import type { StoredToken } from "../../lib/consent/stored-token";
import { PartnerCenter } from "../../lib/partner-center/api";
import { type Pace, paced } from "../../lib/partner-center/pace";
import { now } from "../../lib/startup/clock";
import { openVault, type OpenVault, partnerToken, type PartnerTenantOptions } from "../redemption/partner-token";
import { redeemIn } from "../redemption/redeem";

export interface PartnerOptions extends PartnerTenantOptions {
  /** Requests a second of Partner Center, and redemptions at a time. */
  rate?: number;
  redemptions?: number;
}

export interface Partner extends OpenVault {
  stored: StoredToken;
  applicationId: string;
  api: PartnerCenter;
  pace: Pace;
  rate: number;
  /** Runs requests to Entra, a few at a time. */
  redeeming: <T>(ask: () => Promise<T>) => Promise<T>;
  redemptions: number;
}

/** The vault has no valid token: no request for any customer can succeed. */
export class NoAccess extends Error {
  constructor(readonly failure: unknown) {
    super("There is no access token for Partner Center.");
  }
}

/** Milliseconds before its expiry that a token is renewed: longer than any request. */
const margin = 5 * 60_000;

/** @throws UsageError, and any error of redeeming the stored token */
export async function partnerOf(options: PartnerOptions): Promise<Partner> {
  const { rate = partnerCenterRate.default, redemptions = redemptionsAtOnce.default } = options;
  const opened = openVault(options);
  const stored = await partnerToken(opened, options.partnerTenant);
  const pace = paced(rate);
  const accessToken = await renewing(opened, stored);
  const queue = new PQueue({ concurrency: redemptions });
  return {
    ...opened,
    ...{ stored, pace, rate, redemptions },
    applicationId: stored.application.clientId,
    api: new PartnerCenter(opened.cloud, accessToken, pace.policy),
    redeeming: (ask) => queue.add(ask),
  };
}

/** Renews the access token during a long run: Entra's expire after 60 to 90 minutes. */
async function renewing(opened: OpenVault, stored: StoredToken): Promise<() => Promise<string>> {
  const redeem = () => redeemIn(opened, stored, opened.cloud.partnerCenter);
  let current = await redeem();
  let next: Promise<void> | undefined;
  const renew = async () => {
    try {
      current = await redeem();
    } catch (error) {
      throw new NoAccess(error);
    } finally {
      next = undefined;
    }
  };
  return async () => {
    if (current.expiresOn.getTime() - now() < margin) await (next ??= renew());
    return current.accessToken;
  };
}
