import * as v from "valibot";

const personalAccountLimit = 100;
const organizationLimit = 256;
const lengthLimit = 256;

const outOfBandUrn = "urn:ietf:wg:oauth:2.0:oob";

/**
 * Redirect URIs that Graph accepts: absolute, at most 256 characters, without a fragment and the characters that
 * https://learn.microsoft.com/entra/identity-platform/reply-url excludes. Entries for `http://localhost` that differ only in
 * the port are merged into the first one, because sign-in ignores that port.
 */
export const redirectUris = uriList(isRedirectUri);

/**
 * Those of web and single-page applications: https, or http at loopback.
 *
 * @param options.outOfBand whether the out-of-band URN is accepted: for web applications only the portal refuses it
 */
export function webRedirectUris({ outOfBand = false } = {}): typeof redirectUris {
  return uriList((uri) => isRedirectUri(uri) && (isWebAddress(uri) || (outOfBand && uri === outOfBandUrn)));
}

/** The maximum number of redirect URIs for this audience, over all platforms. */
export function redirectUriLimit(signInAudience: string): number {
  return isForPersonalAccounts(signInAudience) ? personalAccountLimit : organizationLimit;
}

/** Whether an audience allows the redirect URI: with personal accounts there are no wildcards and no queries. */
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
