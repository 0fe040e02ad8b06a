/** Imports a refresh token from elsewhere, such as New-PartnerAccessToken: it is redeemed and verified, and the rolled one is stored. */
import { pipedBytes, refreshTokenBytes } from "../config/limits";
import { again, againWithout, az, type Fix, piped, run } from "../errors/failure";
import { EntraError } from "../oauth/aadsts";
import { now } from "../startup/clock";
import { Vault } from "../vault/secrets";
import { VerificationError } from "./errors";
import { factsOf, lookAtToken, type TokenFacts } from "./health";
import { takeOwnership } from "./token-owner";
import { preflight } from "./preflight";
import { redeem } from "./client-credential";
import { versionsBefore, storeToken } from "./store";
import type { ConsentTarget } from "./target";
import { verifyTokens } from "./verify";

/** The command that pipes in a refresh token from a vault without showing it. */
export const pipeToken = run(
  "Pipe the refresh token alone, from the vault that it is in",
  piped(az(..."keyvault secret show --vault-name <vault> --name <secret> --query value -o tsv".split(" ")), again()),
);

const otherApplication: readonly Fix[] = [
  run(
    "Name the application that got the token",
    again("--client-id", "<client id>", "--client-secret-name", "<secret with its client secret>"),
  ),
  run("Sign in with this one", againWithout("--import")),
];

/**
 * The token in the text from standard input.
 * @param isCut whether the input was longer than the limit
 * @throws VerificationError that describes what it is instead, without quoting it
 */
export function importedToken(text: string, isCut = false): string {
  const token = text.replace(/^\uFEFF/u, "").trim();
  const refuse = (what: string): never => {
    throw new VerificationError(`Standard input ${what}. Nothing was stored.`, pipeToken);
  };
  if (isCut) {
    const [most, longest] = [pipedBytes, refreshTokenBytes].map((bytes) => `${bytes / 1000} KB`);
    refuse(`holds more than ${most}, and a refresh token has at most ${longest}`);
  }
  if (token === "") refuse("was empty");
  if (/^["'{[]/u.test(token)) refuse("holds quotes or JSON, not a bare refresh token");
  if (/\s/u.test(token)) refuse("holds more than one word, so it is no refresh token");
  if (/^eyJ[\w-]+\.eyJ[\w-]+\.[\w-]*$/u.test(token)) refuse("holds an access or id token, not a refresh token");
  if (!/^[\x21-\x7e]+$/u.test(token) || token.length > refreshTokenBytes)
    refuse("holds no refresh token that Entra could have issued");
  return token;
}

/** Redeems, verifies and stores; the time of the import is recorded as that of the consent. @throws VerificationError, EntraError, VaultError */
export async function importToken(
  target: ConsentTarget,
  refreshToken: string,
  warnBeforeDays: number,
  progress: (line: string) => void,
): Promise<TokenFacts> {
  const vault = new Vault(target.cloud, target.vaultUri);
  const application = await preflight(target, vault, progress);
  const versions = await vault.listVersions(target.refreshTokenName);
  const claimed = takeOwnership(target, vault, versions, progress);
  const begun = versionsBefore(claimed, versions);
  const tokens = await redeem(target.cloud, application, refreshToken).catch((error: unknown) => {
    if (!(error instanceof EntraError) || error.remedy !== "vault") throw error;
    // For a stored token this refusal means the vault of another application; here the token itself is another application's.
    const { what, why = "" } = error;
    throw new VerificationError({ what, why: `${why} Nothing was stored.` }, ...otherApplication);
  });
  const verified = verifyTokens(target, tokens);
  await storeToken(claimed, vault, verified, new Date(now()).toISOString(), {
    begun,
    lost: "The token was not stored: import it again, or consent.",
  });
  return factsOf(await lookAtToken(target, vault, warnBeforeDays));
}
