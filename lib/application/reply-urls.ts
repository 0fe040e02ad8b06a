/** The application's reply URLs, on its web platform, and the limit of reply URLs of an application. */
import { sentence } from "../errors/failure";
import { signInPort } from "../config/limits";
import { redirectPath } from "../oauth/redirect-listener";
import type { Application } from "./applications";
import type { ReplyUrlChoice } from "./reply-url-choice";
import { admitsPersonalAccounts } from "./sign-in-audience";

/** The reply URL of the model's original tools. The model requires it, but no browser flow uses it now. */
const outOfBand = "urn:ietf:wg:oauth:2.0:oob";
/** The sign-in's redirect URI. Entra ignores the port of a localhost URI, so one entry serves every port. */
export const loopback = `http://localhost:${signInPort.default}${redirectPath}`;

/** The model's reply URLs by name, in the order they are declared. */
export const replyUrls = { outOfBand, loopback };

/** The reply URLs that an application must have, by name. */
export const wantedReplyUrls = ({ outOfBandReplyUrl = true }: ReplyUrlChoice): Readonly<Record<string, string>> =>
  outOfBandReplyUrl ? replyUrls : { loopback };

const all: readonly string[] = Object.values(replyUrls);

/** A reply URL belongs to one platform; on the wrong one the consent fails, even if it is under web too. */
export const otherPlatforms = {
  publicClient: {
    name: "public client",
    refusal: "AADSTS700025",
    consequence: "Entra then takes the application for a public client and refuses its secret (AADSTS700025)",
  },
  spa: {
    name: "single-page application",
    refusal: "AADSTS9002327",
    consequence: "Entra then gives tokens to browsers' own requests alone (AADSTS9002327)",
  },
} as const;

export type OtherPlatform = keyof typeof otherPlatforms;

/** Entra ignores the port of a localhost URI: it keeps only one of several URIs that differ in the port. */
export function holdsReplyUrl(urls: readonly string[], url: string): boolean {
  return urls.some((one) => withoutLoopbackPort(one) === withoutLoopbackPort(url));
}

function withoutLoopbackPort(url: string): string {
  return url.replace(/^(http:\/\/localhost):\d+(?=\/|$)/u, "$1");
}

/** The reply URLs that the application lacks under web. */
export function missingReplyUrls({ web }: Application, wanted: readonly string[]): string[] {
  return wanted.filter((url) => !holdsReplyUrl(web.redirectUris, url));
}

/** Reply URLs under another platform, which takes precedence over web, and what remains without them. */
export function misplacedReplyUrls(
  application: Application,
  wanted: readonly string[],
): { platform: OtherPlatform; urls: string[]; left: string[] }[] {
  return (Object.keys(otherPlatforms) as OtherPlatform[]).flatMap((platform) => {
    const { redirectUris } = application[platform];
    const urls = redirectUris.filter((url) => holdsReplyUrl(wanted, url));
    return urls.length === 0 ? [] : [{ platform, urls, left: redirectUris.filter((url) => !urls.includes(url)) }];
  });
}

type Urls = Pick<Application, "web" | "spa" | "publicClient">;

const urlsOf = ({ web, spa, publicClient }: Urls): string[] =>
  [web, spa, publicClient].flatMap(({ redirectUris }) => redirectUris);

/** The number over all platforms. */
export const countReplyUrls = (application: Urls): number => urlsOf(application).length;

/** Reply URLs that are not the model's: on an application that a stack created, somebody added them. */
export const strangeReplyUrls = (application: Urls): string[] =>
  urlsOf(application).filter((url) => !holdsReplyUrl(all, url));

/** The fix for an added reply URL. A deployment removes the URL, and with it the trace to whoever added it. */
export const addedReplyUrl = sentence(
  "Find out in Entra's audit log who added that reply URL, since sign-ins can send their codes to it; a deployment removes it.",
);

/** Graph's limit for an application, over all platforms. */
export function mostReplyUrls({ signInAudience }: Application): number {
  return admitsPersonalAccounts(signInAudience) ? 100 : 256;
}
