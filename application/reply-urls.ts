/** The reply URLs of the application, under its web platform, and how many an application may have. */
import { signInPort } from "../config/limits";
import { redirectPath } from "../oauth/redirect-listener";
import type { Application } from "./applications";
import { admitsPersonalAccounts } from "./sign-in-audience";

/** Where the model's own tools expected the answer. No modern browser flow returns to it; it is declared because the model asks for it. */
const outOfBand = "urn:ietf:wg:oauth:2.0:oob";
/** Where the browser returns to. Entra ignores the port of a localhost URI, so one entry serves every port. */
const loopback = `http://localhost:${signInPort.default}${redirectPath}`;

/** By name, in the order they are declared. */
export const replyUrls = { outOfBand, loopback };

const all: readonly string[] = Object.values(replyUrls);

/** A reply URL counts for one platform; the wrong one breaks the consent, whatever stands under web. */
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

/** Entra ignores the port of a localhost URI, and keeps one entry of those that differ in nothing else. */
export function holdsReplyUrl(urls: readonly string[], url: string): boolean {
  return urls.some((one) => withoutLoopbackPort(one) === withoutLoopbackPort(url));
}

function withoutLoopbackPort(url: string): string {
  return url.replace(/^(http:\/\/localhost):\d+(?=\/|$)/u, "$1");
}

/** Those that the application lacks under web. */
export function missingReplyUrls({ web }: Application, wanted = all): string[] {
  return wanted.filter((url) => !holdsReplyUrl(web.redirectUris, url));
}

/** What stands under a platform that takes it from web, and what is left there without it. */
export function misplacedReplyUrls(
  application: Application,
  wanted = all,
): { platform: OtherPlatform; urls: string[]; left: string[] }[] {
  return (Object.keys(otherPlatforms) as OtherPlatform[]).flatMap((platform) => {
    const { redirectUris } = application[platform];
    const urls = redirectUris.filter((url) => holdsReplyUrl(wanted, url));
    return urls.length === 0 ? [] : [{ platform, urls, left: redirectUris.filter((url) => !urls.includes(url)) }];
  });
}

/** Over all platforms. */
export function countReplyUrls({ web, spa, publicClient }: Pick<Application, "web" | "spa" | "publicClient">): number {
  return [web, spa, publicClient].flatMap(({ redirectUris }) => redirectUris).length;
}

/** How many Graph lets an application have, over all platforms. */
export function mostReplyUrls({ signInAudience }: Application): number {
  return admitsPersonalAccounts(signInAudience) ? 100 : 256;
}
