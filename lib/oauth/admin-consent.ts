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

interface Asked {
  tenantId: string;
  clientId: string;
  redirectUri: string;
}

/** @param more a scope of one resource, to ask for that alone; default: everything that is declared */
export function adminConsentUrl(
  { authority }: Cloud,
  { tenantId, clientId, redirectUri }: Asked,
  more: { scope?: string; state?: string },
): string {
  const query = new URLSearchParams({ client_id: clientId, redirect_uri: redirectUri, ...more });
  return `${authority}/${tenantId}${more.scope === undefined ? "" : "/v2.0"}/adminconsent?${query.toString()}`;
}

export function requestAdminConsent(cloud: Cloud, asked: Asked): AdminConsentRequest {
  const state = new CryptoProvider().createNewGuid();
  return { url: adminConsentUrl(cloud, asked, { state }), state };
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
