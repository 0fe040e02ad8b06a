/** The commands that finish a consent outside of this process. */
import { type DeclaredPermission, nameOf } from "../application/declared";
import { loopback } from "../application/reply-urls";
import { audienceOf, hasOwnEndpoints, overridesIn } from "../config/clouds";
import { type Command, type Fix, ownCommand } from "../errors/failure";
import { adminConsentUrl } from "../oauth/admin-consent";
import { grantedByAdministrator, grantedInBrowser } from "../oauth/remedies";
import type { ConsentTarget } from "./target";
import type { Client } from "../credential/client-credential";

export function consentCommand(target: ConsentTarget): Command {
  const { credential, account } = target;
  return commandFor(target, [], { "--credential": credential, "--account": account });
}

type Place = Client & { vaultUri?: string };

/**
 * How an administrator grants what is missing: by an address alone, or by this program, which checks the result.
 * @param who the subject of the sentence @param alone what is missing, if a page asks for it by itself
 */
export function grantedByAdministrators(
  place: Place,
  who: string,
  alone: readonly DeclaredPermission[] = [],
): readonly Fix[] {
  const { cloud, tenantId, clientId } = place;
  const scopes = alone.map(({ resourceAppId, value }) => `${audienceOf(cloud, resourceAppId)}/${value}`);
  const asked = { tenantId, clientId, redirectUri: loopback };
  const url = adminConsentUrl(cloud, asked, scopes.length === 0 ? {} : { scope: scopes.join(" ") });
  const what = scopes.length === 0 ? "all that is declared" : alone.map(nameOf).join(", ");
  return [
    grantedInBrowser(who, what, url),
    grantedByAdministrator("With this program an administrator", administratorCommand(place)),
  ];
}

/** The consent command for an administrator, who grants what is declared and needs neither client secret nor vault. */
export const administratorCommand = (target: Place): Command => ({
  ...commandFor(target, ["--as-administrator"], {}),
  elsewhere: true,
});

function commandFor(
  { cloud, vaultUri, tenantId, clientId }: Place,
  first: readonly string[],
  more: Readonly<Record<string, string | undefined>>,
): Command {
  const options = {
    ...{ "--cloud": cloud.name, "--vault": vaultUri, "--tenant": tenantId, "--client-id": clientId },
    ...more,
    "--endpoints": hasOwnEndpoints(cloud) ? JSON.stringify(overridesIn(cloud)) : undefined,
  };
  const given = Object.entries(options).flatMap(([option, value]) => (value === undefined ? [] : [option, value]));
  return ownCommand("consent", ...first, ...given);
}
