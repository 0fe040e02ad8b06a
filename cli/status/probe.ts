/** Looking further than metadata can: a token that was revoked looks like any other until it is redeemed. */
import { documentOf, type FailureDocument } from "../../errors/document";
import { ownCommand, type Parts, run } from "../../errors/failure";
import { textOf } from "../../errors/text";
import { readToken, requireAccount } from "../../consent/stored-token";
import { redeemRefreshToken } from "../../oauth/refresh-token";
import { PartnerCenter } from "../../partner-center/api";
import { askMfaCompliance } from "../../partner-center/mfa";
import { type ExitCode, exitCodes } from "../exit-code";
import { exitCodeOf } from "../failure";
import type { OpenVault } from "../partner-token";

export interface Probe {
  /** Whether Entra took the token. */
  redeemed: boolean;
  /** Partner Center's word on multi-factor authentication; null when it gave none. */
  isMfaCompliant: boolean | null;
  exitCode: ExitCode;
  /** What is wrong and what helps; "" when nothing is. */
  says: string;
  /** The same as data, where the token could not be probed to the end. */
  error?: FailureDocument;
}

const withoutMfa: Parts = {
  what: "Partner Center sees no multi-factor authentication in it and refuses such tokens (401, code 900421).",
  fixes: [run("Consent again, with multi-factor authentication", ownCommand("consent", "--force"))],
};

const unknown = "Partner Center did not say whether it is of multi-factor authentication.";

/** Redeems a token and asks Partner Center; nothing is stored, and a failure is an answer. */
export async function probeToken({ cloud, vault }: OpenVault, name: string): Promise<Probe> {
  let redeemed = false;
  try {
    const { tags, application, refreshToken } = await readToken(cloud, vault, name);
    const { accessToken } = await redeemRefreshToken(cloud, application, refreshToken, cloud.partnerCenter);
    redeemed = true;
    requireAccount(tags, accessToken);
    const isMfaCompliant = (await askMfaCompliance(new PartnerCenter(cloud, accessToken))) ?? null;
    const exitCode = isMfaCompliant === false ? exitCodes.consentNeeded : exitCodes.fine;
    const says = isMfaCompliant === null ? unknown : isMfaCompliant ? "" : textOf(withoutMfa);
    return { redeemed, isMfaCompliant, exitCode, says };
  } catch (error) {
    const document = documentOf(error);
    return { redeemed, isMfaCompliant: null, exitCode: exitCodeOf(error), says: document.message, error: document };
  }
}
