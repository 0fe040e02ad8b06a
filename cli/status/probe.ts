/** Looking further than metadata can: a token that was revoked looks like any other until it is redeemed. */
import { readToken, requireAccount } from "../../consent/stored-token";
import { redeemRefreshToken } from "../../oauth/refresh-token";
import { PartnerCenter } from "../../partner-center/api";
import { askMfaCompliance } from "../../partner-center/mfa";
import { type ExitCode, exitCodes } from "../exit-code";
import { exitCodeOf } from "../failure";
import { messageOf } from "../output";
import type { OpenVault } from "../partner-token";

export interface Probe {
  /** Whether Entra took the token. */
  redeemed: boolean;
  /** Partner Center's word on multi-factor authentication; null when it gave none. */
  isMfaCompliant: boolean | null;
  exitCode: ExitCode;
  /** What is wrong and what helps; "" when nothing is. */
  says: string;
}

const withoutMfa =
  "Partner Center sees no multi-factor authentication in it and refuses such tokens (401, code 900421). " +
  "Consent again, with multi-factor authentication: secure-app-model consent --force";

/** Redeems a token and asks Partner Center; nothing is stored, and a failure is an answer. */
export async function probeToken({ cloud, vault }: OpenVault, name: string): Promise<Probe> {
  let redeemed = false;
  try {
    const { tags, application, refreshToken } = await readToken(cloud, vault, name);
    const { accessToken } = await redeemRefreshToken(cloud, application, refreshToken, cloud.partnerCenter);
    redeemed = true;
    requireAccount(tags, accessToken);
    const isMfaCompliant = (await askMfaCompliance(new PartnerCenter(cloud, accessToken))) ?? null;
    if (isMfaCompliant === false) {
      return { redeemed, isMfaCompliant, exitCode: exitCodes.consentNeeded, says: withoutMfa };
    }
    const says =
      isMfaCompliant === null ? "Partner Center did not say whether it is of multi-factor authentication." : "";
    return { redeemed, isMfaCompliant, exitCode: exitCodes.fine, says };
  } catch (error) {
    return { redeemed, isMfaCompliant: null, exitCode: exitCodeOf(error), says: messageOf(error) };
  }
}
