import * as v from "valibot";

const personalAccountLimit = 100;
const organizationLimit = 256;
const lengthLimit = 256;

const outOfBandUrn = "urn:ietf:wg:oauth:2.0:oob";

/**
 * Absolute, at most 256 characters, with no fragment and none of the characters that
 * https://learn.microsoft.com/entra/identity-platform/reply-url excludes. Of entries for `http://localhost`
 * that differ only in the port, the first one stays: sign-in ignores that port.
 */
export const redirectUris = uriList(isRedirectUri);

/** Only https, or http at loopback. `outOfBand` also accepts the URN that only the portal refuses for web. */
export function webRedirectUris({ outOfBand = false } = {}): typeof redirectUris {
  return uriList((uri) => isRedirectUri(uri) && (isWebAddress(uri) || (outOfBand && uri === outOfBandUrn)));
}

/** The maximum number of redirect URIs for this audience, over all platforms. */
export function redirectUriLimit(signInAudience: string): number {
  return isForPersonalAccounts(signInAudience) ? personalAccountLimit : organizationLimit;
}

/** With personal accounts there are no wildcards and no queries. */
export function isForAudience(uri: string, signInAudience: string): boolean {
  return !isForPersonalAccounts(signInAudience) || !/[*?]/.test(uri);
}

export function isForPersonalAccounts(signInAudience: string): boolean {
  return signInAudience.includes("PersonalMicrosoftAccount");
}

function uriList(isAllowed: (uri: string) => boolean) {
  return v.pipe(
    v.array(v.pipe(v.string(), v.maxLength(lengthLimit), v.check(isAllowed))),
    v.transform((uris) => uris.filter((uri, index) => uris.findIndex((other) => sameForSignIn(other, uri)) === index)),
  );
}

function isRedirectUri(uri: string): boolean {
  return URL.canParse(uri) && !/[^!-~]|[!$'(),;#]/.test(uri);
}

function isWebAddress(uri: string): boolean {
  const { protocol, hostname } = new URL(uri);
  return protocol === "https:" || (protocol === "http:" && ["localhost", "127.0.0.1"].includes(hostname));
}

function sameForSignIn(one: string, other: string): boolean {
  return withoutLoopbackPort(one) === withoutLoopbackPort(other);
}

function withoutLoopbackPort(uri: string): string {
  const url = new URL(uri);
  if (url.protocol !== "http:" || url.hostname !== "localhost") return uri;
  url.port = "";
  return url.href;
}
