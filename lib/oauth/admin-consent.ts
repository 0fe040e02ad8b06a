/** Consent for a whole tenant, on a page that returns no code. Source: Microsoft's page on admin consent. */
import { CryptoProvider } from "@azure/msal-node";
import type { Cloud } from "../config/clouds";
import { byPerson, Failure, ownCommand, sentence } from "../errors/failure";
import { refusalOfPage } from "./aadsts";
import { isAnswerTo } from "./authorization-code";

export interface AdminConsentRequest {
  url: string;
  state: string;
}

export function requestAdminConsent(
  cloud: Cloud,
  { tenantId, clientId, redirectUri }: { tenantId: string; clientId: string; redirectUri: string },
): AdminConsentRequest {
  const state = new CryptoProvider().createNewGuid();
  const query = new URLSearchParams({ client_id: clientId, redirect_uri: redirectUri, state });
  return { url: `${cloud.authority}/${tenantId}/adminconsent?${query.toString()}`, state };
}

/** @throws EntraError when Entra or the administrator refused; Failure for any other wrong redirect */
export function checkAdminConsent(request: AdminConsentRequest, tenantId: string, parameters: URLSearchParams): void {
  if (!isAnswerTo(request, parameters)) {
    throw new Failure(
      "sign-in-state",
      "The browser came back with another consent's state: it may be an old tab, or somebody else's link.",
      sentence("Close the other pages and start again."),
    );
  }
  const refusal = refusalOfPage("The administrator's consent", parameters);
  if (refusal !== undefined) throw refusal;
  const [tenant, isGranted] = [parameters.get("tenant"), parameters.get("admin_consent")];
  if (isGranted === "True" && tenant?.toLowerCase() === tenantId.toLowerCase()) return;
  throw new Failure(
    "admin-consent-answer",
    `The browser came back without the administrator's consent for tenant ${tenantId} (admin_consent=${isGranted ?? ""}, tenant=${tenant ?? ""}).`,
    byPerson("See what is granted", ownCommand("doctor")),
  );
}
