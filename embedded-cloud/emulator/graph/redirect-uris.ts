import * as v from "valibot";

const personalAccountLimit = 100;
const organizationLimit = 256;
const lengthLimit = 256;

/**
 * Redirect URIs as Graph takes them: absolute, without a fragment, at most 256 characters. The out-of-band URN passes;
 * only the portal refuses it. Entries for `http://localhost` that differ in nothing but the port collapse into the first,
 * because sign-in ignores that port.
 */
export const redirectUris = v.pipe(
  v.array(v.pipe(v.string(), v.maxLength(lengthLimit), v.check(isRedirectUri))),
  v.transform((uris) => uris.filter((uri, index) => uris.findIndex((other) => sameForSignIn(other, uri)) === index)),
);

/** How many redirect URIs an application of this audience may hold, over all platforms. */
export function redirectUriLimit(signInAudience: string): number {
  return signInAudience.includes("PersonalMicrosoftAccount") ? personalAccountLimit : organizationLimit;
}

function isRedirectUri(uri: string): boolean {
  return URL.canParse(uri) && new URL(uri).hash === "" && !/\s/.test(uri);
}

function sameForSignIn(one: string, other: string): boolean {
  return withoutLoopbackPort(one) === withoutLoopbackPort(other);
}

function withoutLoopbackPort(uri: string): string {
  const url = new URL(uri);
  if (url.protocol !== "http:" || url.hostname !== "localhost") {
    return uri;
  }
  url.port = "";
  return url.href;
}
