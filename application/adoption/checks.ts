/** What keeps an application from being adopted: told before anything is changed, with the command that mends it. */
import type { Application } from "../applications";
import { holdsReplyUrl } from "../reply-urls";
import { admitsOrganizations, listsOf, missingIn, type Wanted, wantedAudience } from "./adoption";

/** How many reply URLs Graph lets an application have, over all platforms. */
const mostReplyUrls = 256;
/** The same for one that admits personal accounts. */
const mostReplyUrlsOfPersonal = 100;

/**
 * @param graph origin of Microsoft Graph, for the commands
 * @param changeSignInAudience whether an audience of one organization may be widened
 * @throws Error
 */
export function requireAdoptable(
  graph: string,
  application: Application,
  wanted: Wanted,
  changeSignInAudience: boolean,
): void {
  requireAudience(application, changeSignInAudience);
  for (const platform of ["publicClient", "spa"] as const) requireNoClash(graph, application, wanted, platform);
  requireRoom(application, wanted);
}

function requireAudience(application: Application, changeSignInAudience: boolean): void {
  if (admitsOrganizations(application.signInAudience) || changeSignInAudience) return;
  throw new Error(
    `${named(application)} has the sign-in audience ${application.signInAudience}, and the model wants ${wantedAudience}: ` +
      `no other organization could use it. The audience is changed only when told to:\n` +
      `  pulumi config set secure-application-model:changeSignInAudience true`,
  );
}

const platforms = {
  publicClient: {
    name: "public client (mobile and desktop)",
    consequence: "Entra then takes the application for a public client and refuses its secret (AADSTS700025)",
  },
  spa: {
    name: "single-page application",
    consequence: "Entra then gives tokens to browsers' own requests alone (AADSTS9002327)",
  },
};

/** A reply URL counts for one platform; the wrong one breaks the consent, whatever stands under web. */
function requireNoClash(
  graph: string,
  application: Application,
  wanted: Wanted,
  platform: keyof typeof platforms,
): void {
  const { redirectUris } = application[platform];
  const wrong = redirectUris.filter((uri) => holdsReplyUrl(Object.values(wanted.replyUrls), uri));
  if (wrong.length === 0) return;
  const { name, consequence } = platforms[platform];
  const left = { [platform]: { redirectUris: redirectUris.filter((uri) => !wrong.includes(uri)) } };
  throw new Error(
    `${named(application)} has ${wrong.join(" and ")} as a reply URL of the platform ${name}: ${consequence}. ` +
      `Nothing is removed without being asked for. Take it out there, then run this again, which adds it under web:\n` +
      `  az rest --method PATCH --url ${graph}/v1.0/applications/${application.id} --headers Content-Type=application/json ` +
      `--body '${JSON.stringify(left)}'`,
  );
}

function requireRoom(application: Application, wanted: Wanted): void {
  const missing = Object.values(missingIn(listsOf(application), wanted).replyUrls);
  const { web, spa, publicClient, signInAudience } = application;
  const count = [web, spa, publicClient].flatMap(({ redirectUris }) => redirectUris).length;
  const most = signInAudience.includes("Personal") ? mostReplyUrlsOfPersonal : mostReplyUrls;
  if (missing.length === 0 || count + missing.length <= most) return;
  throw new Error(
    `${named(application)} has ${count} reply URLs, and Graph lets it have ${most}: there is no room for ${missing.join(" and ")}. ` +
      `Take out those that nobody uses any more; these commands show and set them:\n` +
      `  az ad app show --id ${application.appId} --query web.redirectUris\n` +
      `  az ad app update --id ${application.appId} --web-redirect-uris <those still used>`,
  );
}

/** The application as errors name it. */
export function named({ displayName, appId }: Application): string {
  return `The application "${displayName}" (client id ${appId})`;
}
