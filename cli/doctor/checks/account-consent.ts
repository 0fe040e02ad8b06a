/** Whether the service account's own consent can succeed: checked before a browser opens. */
import { type ConsentPrecheck, precheckOf } from "../../../lib/application/who-may-consent";
import { byPerson, Failure, hasCode, pulumi, run } from "../../../lib/errors/failure";
import { grantedByDeployment } from "../../../lib/oauth/remedies";
import { exitCodes } from "../../terminal/exit-code";
import { check, failed, type Finding, ok, saidOf, skipped, warning } from "../check";
import type { Place } from "../facts";
import { byAdministrator } from "../who-grants";
import { requestedHere } from "./permissions";

export const accountConsentCheck = check("account-consent", "The account's own consent", ["tenant", "login"], {
  right: "Directory.Read.All on Microsoft Graph",
  look: async (facts) => {
    const { consent, adminConsent } = (await facts.stack())?.settings ?? {};
    const account = consent?.account ?? (await facts.tokenTags())?.["account-name"];
    if (account === undefined) return skipped("no account is named yet (consent.account of a stack, or a token's tag)");
    const [directory, clientId] = [await facts.directory(), await facts.clientId()];
    const own = await facts.application();
    if (clientId !== undefined && own === undefined) return skipped("the application was not found");
    const registration = own ?? (await requestedHere(facts));
    const client = clientId === undefined ? undefined : await directory.principalOf(clientId);
    const outlook = await precheckOf(directory, registration, client, account).catch((error: unknown) => {
      if (hasCode(error, "account-missing")) return error;
      throw error;
    });
    if (outlook instanceof Failure) return failed(saidOf(outlook), outlook.fixes);
    const place = clientId === undefined ? undefined : await facts.place();
    return judgeAccountConsent(outlook, account, adminConsent !== undefined, place);
  },
});

/** @param deploys whether the deployment grants it @param place undefined: no application yet */
function judgeAccountConsent(
  { missing, refused, alone, administrators }: ConsentPrecheck,
  account: string,
  deploys: boolean,
  place: Place | undefined,
): Finding {
  if (missing.length === 0) return ok(`${account} has nothing left to consent to`);
  if (deploys) {
    const found = `the deployment grants ${account} what is missing (adminConsent)`;
    return place === undefined ? ok(found) : warning(found, run("Grant it", pulumi("up")));
  }
  if (refused === undefined) return ok(`${account} may consent to what is missing`);
  const number = refused.byPolicy ? "AADSTS90093: the tenant's policy lets no ordinary account consent" : "AADSTS90094";
  const found = `Entra will refuse the consent of ${account} (${number}): ${administrators.join(" or ")} must grant ${refused.beyond.join(", ")}`;
  const later = byPerson("Such an administrator runs the line that this prints", pulumi("up"));
  const byThem = place === undefined ? [later] : byAdministrator(place, "Such an administrator", alone);
  return failed(found, [...byThem, grantedByDeployment], exitCodes.consentNeeded);
}
