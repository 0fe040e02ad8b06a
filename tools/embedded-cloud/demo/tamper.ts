/** Simulates a change by hand: removes the reply URL that people most often overwrite. */
import type { ReadyLine } from "../embedded-cloud";

/** @returns the removed reply URL */
export async function removeReplyUrl(cloud: ReadyLine, applicationObjectId: string): Promise<string> {
  const authorization = `Bearer ${await deployerToken(cloud)}`;
  const address = `${cloud.origins.microsoftGraph}/v1.0/applications/${applicationObjectId}`;
  const response = await fetch(address, { headers: { authorization } });
  const application = (await response.json()) as { web: { redirectUris: string[] } };
  const [removed, ...redirectUris] = application.web.redirectUris.toSorted().reverse();
  const changed = await fetch(address, {
    method: "PATCH",
    headers: { authorization, "content-type": "application/json" },
    body: JSON.stringify({ web: { redirectUris } }),
  });
  if (!changed.ok || removed === undefined) throw new Error(`Graph answered ${changed.status} to the change by hand.`);
  return removed;
}

async function deployerToken(cloud: ReadyLine): Promise<string> {
  const response = await fetch(`${cloud.origins.authority}/${cloud.tenantId}/oauth2/v2.0/token`, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "client_credentials",
      client_id: cloud.deployer.clientId,
      client_secret: cloud.deployer.clientSecret,
      scope: `${cloud.origins.microsoftGraph}/.default`,
    }),
  });
  return ((await response.json()) as { access_token: string }).access_token;
}
