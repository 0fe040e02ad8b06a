/** The reply URLs of the application, under its web platform: a public client's would make it public (AADSTS700025). */
import { signInPort } from "../config/limits";
import { redirectPath } from "../oauth/redirect-listener";

/** Where the model's own tools expected the answer. No modern browser flow returns to it; it is declared because the model asks for it. */
const outOfBand = "urn:ietf:wg:oauth:2.0:oob";
/** Where the browser returns to. Entra ignores the port of a localhost URI, so one entry serves every port. */
const loopback = `http://localhost:${signInPort.default}${redirectPath}`;

/** By name, in the order they are declared. */
export const replyUrls = { outOfBand, loopback };

/** Entra ignores the port of a localhost URI, and keeps one entry of those that differ in nothing else. */
export function holdsReplyUrl(urls: readonly string[], url: string): boolean {
  return urls.some((one) => withoutLoopbackPort(one) === withoutLoopbackPort(url));
}

function withoutLoopbackPort(url: string): string {
  return url.replace(/^(http:\/\/localhost):\d+(?=\/|$)/u, "$1");
}
