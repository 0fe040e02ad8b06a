/** A person at a browser, and an Entra for the sign-in. */
import type { SignInUi } from "../../lib/consent/sign-in";
import { Browser } from "../oauth/browser";
import { fakeEntra, jwt, refusal } from "../oauth/fake-entra";
import { target } from "../token/fixtures";

const resource = target.cloud.partnerCenter;

/** What a code of the sign-in with this URL is redeemed for. */
function tokensFor(authorizationUrl: string): object {
  const nonce = new URL(authorizationUrl).searchParams.get("nonce");
  const now = Math.floor(Date.now() / 1000);
  const iss = `https://login.microsoftonline.com/${target.tenantId}/v2.0`;
  const account = { tid: target.tenantId, oid: "o", sub: "s", iat: now, nbf: now, exp: now + 3600, ver: "2.0" };
  return {
    token_type: "Bearer",
    expires_in: 3600,
    scope: resource,
    access_token: jwt({ aud: resource }),
    refresh_token: "refresh-canary",
    id_token: jwt({ aud: target.clientId, iss, nonce, ...account }),
    client_info: Buffer.from(JSON.stringify({ uid: "o", utid: target.tenantId })).toString("base64url"),
  };
}

const passing = {
  ...refusal("temporarily_unavailable", "AADSTS90033: A transient error has occurred. Please try again."),
  status: 503,
};

/** A person who opens the printed address, and the link to another round where the page has one. */
export class Person {
  readonly shown: string[] = [];
  /** The output meanwhile. */
  readonly lines: string[] = [];
  /** Those that Entra was asked to redeem. */
  readonly codes: (string | undefined)[] = [];
  /** What came of each round. */
  readonly pages: string[] = [];
  /** That of the last round. */
  private authorizationUrl = "";
  /** The start URL, once it is shown. */
  readonly start = Promise.withResolvers<URL>();
  #browsed: Promise<void> | undefined;
  readonly ui: SignInUi = {
    progress: (line) => {
      this.lines.push(line);
    },
    showUrl: (url, authorizationUrl) => {
      this.authorizationUrl = authorizationUrl;
      this.shown.push(url);
      this.start.resolve(new URL(url));
      this.#browsed ??= this.#signIn(new URL(url));
      return () => undefined;
    },
  };

  /**
   * @param rounds the parameters that each ends with, one after the other; the state is its own unless it is given
   * @param faults how many of the first codes Entra fails to redeem
   */
  constructor(
    private readonly rounds: Record<string, string>[][],
    faults = 0,
  ) {
    let left = faults;
    fakeEntra(({ form }) => {
      this.codes.push(form["code"]);
      return left-- > 0 ? passing : { body: tokensFor(this.authorizationUrl) };
    });
  }

  /** The last page, without the markup that keeps ids and addresses on one line. */
  async page(): Promise<string> {
    await this.#browsed;
    return (this.pages.at(-1) ?? "").replaceAll(/<\/?span[^>]*>/gu, "");
  }

  async #signIn({ origin, pathname }: URL): Promise<void> {
    const browser = new Browser(origin);
    let path = pathname;
    for (const answers of this.rounds) {
      await browser.open(path);
      for (const parameters of answers) {
        const state = new URL(this.authorizationUrl).searchParams.get("state") ?? "";
        const all = new URLSearchParams({ state, ...parameters });
        await browser.open(`/consent?${all.toString()}`);
      }
      this.pages.push((await browser.open("/outcome")).body);
      path = /<a href="http:\/\/localhost:\d+(\/start\/[^"]+)">/u.exec(this.pages.at(-1) ?? "")?.[1] ?? path;
    }
  }
}
