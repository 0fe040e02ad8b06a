/** Looking further than metadata can: a token that was revoked looks like any other until it is redeemed. */
import { documentOf, type FailureDocument } from "../../errors/document";
import { ownCommand, type Parts, run } from "../../errors/failure";
import { textOf } from "../../errors/text";
import { delegatedOf } from "../../application/declared";
import { type Missing, namesOf, proveGrants } from "../../consent/granted";
import { declaredFor } from "../../consent/outlook";
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
  /** Declared delegated permissions that it does not bring, by name; null where what is declared could not be looked up, or it was not redeemed. */
  missing: string[] | null;
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

const incomplete = (missing: readonly Missing[]): Parts => ({
  what: `It does not bring ${namesOf(missing)}.`,
  fixes: [run("Have it granted, or see who has to", ownCommand("consent"))],
});

const unknown = "Partner Center did not say whether it is of multi-factor authentication.";

/** Redeems a token for each declared resource and asks Partner Center; nothing is stored, and a failure is an answer. */
export async function probeToken({ cloud, vault }: OpenVault, name: string): Promise<Probe> {
  let redeemed = false;
  try {
    const { tags, application, refreshToken } = await readToken(cloud, vault, name);
    const tokens = await redeemRefreshToken(cloud, application, refreshToken, cloud.partnerCenter);
    redeemed = true;
    requireAccount(tags, tokens.accessToken);
    const isMfaCompliant = (await askMfaCompliance(new PartnerCenter(cloud, tokens.accessToken))) ?? null;
    const notes: string[] = [];
    const note = (line: string) => notes.push(line);
    const declared = await declaredFor({ cloud, tenantId: tags.tenant, clientId: tags.application }, note);
    const target = { cloud, permissions: delegatedOf(declared ?? []) };
    const { missing, refusals } = await proveGrants(target, application, tokens, note);
    const [refusal] = refusals;
    if (refusal !== undefined) throw refusal;
    const isBad = isMfaCompliant === false || missing.length > 0;
    return {
      redeemed,
      isMfaCompliant,
      missing:
        declared === undefined
          ? null
          : missing.flatMap(({ resource, scopes }) => scopes.map((one) => `${resource} ${one}`)),
      exitCode: isBad ? exitCodes.consentNeeded : exitCodes.fine,
      says: [
        ...(isMfaCompliant === null ? [unknown] : isMfaCompliant ? [] : [textOf(withoutMfa)]),
        ...(missing.length === 0 ? [] : [textOf(incomplete(missing))]),
        ...notes,
      ].join(" "),
    };
  } catch (error) {
    const document = documentOf(error);
    const nothing = { redeemed, isMfaCompliant: null, missing: null };
    return { ...nothing, exitCode: exitCodeOf(error), says: document.message, error: document };
  }
}
