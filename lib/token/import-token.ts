/** Imports a refresh token from elsewhere, such as New-PartnerAccessToken: the rolled token is stored. */
import { pipedBytes, refreshTokenBytes } from "../config/limits";
import { again, againWithout, az, type Fix, piped, run } from "../errors/failure";
import { EntraError } from "../oauth/aadsts";
import { VerificationError } from "./errors";
import type { TokenFacts } from "./health";
import { redeem } from "../credential/client-credential";
import type { ConsentTarget, Progress } from "./target";
import { prepareConsent, writeToken } from "./writer";

/** The command that pipes in a refresh token from a vault without showing it. */
export const pipeToken = run(
  "Pipe only the refresh token, from its vault",
  piped(az(..."keyvault secret show --vault-name <vault> --name <secret> --query value -o tsv".split(" ")), again()),
);

const otherApplication: readonly Fix[] = [
  run(
    "Name the application that got the token",
    again("--client-id", "<client id>", "--credential", "<secret with its client secret>"),
  ),
  run("Sign in with this application", againWithout("--import")),
];

/** @param isCut whether the input was longer @throws VerificationError with what it is, without quoting it */
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
  if (/\s/u.test(token)) refuse("holds more than one word, so it is not a refresh token");
  if (/^eyJ[\w-]+\.eyJ[\w-]+\.[\w-]*$/u.test(token)) refuse("holds an access or id token, not a refresh token");
  if (!/^[\x21-\x7e]+$/u.test(token) || token.length > refreshTokenBytes)
    refuse("holds no refresh token that Entra could have issued");
  return token;
}

/** The time of the import counts as that of the consent. @throws VerificationError, EntraError, VaultError */
export async function importToken(
  target: ConsentTarget,
  refreshToken: string,
  progress: Progress,
): Promise<TokenFacts> {
  const { writer, credential } = await prepareConsent(target, progress);
  const tokens = await redeem(target.cloud, credential, refreshToken).catch(ofOtherApplication);
  const lost = "The token was not stored: import it again, or consent.";
  return (await writeToken(writer, tokens, { lost })).token;
}

/** The refusal for an imported token of another application; for a stored token it would mean a wrong vault. */
function ofOtherApplication(error: unknown): never {
  if (!(error instanceof EntraError) || error.remedy !== "vault") throw error;
  const { what, why = "" } = error;
  throw new VerificationError({ what, why: `${why} Nothing was stored.` }, ...otherApplication);
}
