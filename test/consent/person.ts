/** A person at a browser, and an Entra for the sign-in. */
import type { SignInUi } from "../../lib/consent/sign-in";
import { Browser, type Page } from "../oauth/browser";
import { fakeEntra, jwt, type SentForm } from "../oauth/fake-entra";
import { target } from "./fixtures";

const resource = target.cloud.partnerCenter;

/** Entra, for the account of the sign-in with this URL. */
export const answerTo = (authorizationUrl: string): SentForm[] =>
  fakeEntra(() => ({ body: tokensFor(authorizationUrl) }));

/** What a code of the sign-in with this URL is redeemed for. */
export function tokensFor(authorizationUrl: string): object {
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

/** A person who opens the printed address, returns with these parameters (one after the other), and reads the last page. */
export class Person {
  readonly shown: string[] = [];
  hidden = 0;
  /** Requests to Entra's token endpoint. */
  sent: SentForm[] = [];
  page: Promise<Page> | undefined;
  /** The output meanwhile. */
  readonly lines: string[] = [];
  readonly ui: SignInUi = {
    progress: (line) => {
      this.lines.push(line);
    },
    showUrl: (url) => {
      this.shown.push(url);
      this.page = this.#signIn(url);
      return () => {
        this.hidden += 1;
      };
    },
  };

  readonly #comesBack: ((state: string) => Record<string, string>)[];

  constructor(...comesBack: ((state: string) => Record<string, string>)[]) {
    this.#comesBack = comesBack;
  }

  async #signIn(url: string): Promise<Page> {
    const browser = new Browser(new URL(url).origin);
    const { location } = (await browser.open(new URL(url).pathname)).headers;
    this.sent = answerTo(String(location));
    const state = new URL(String(location)).searchParams.get("state") ?? "";
    for (const parameters of this.#comesBack)
      await browser.open(`/consent?${new URLSearchParams(parameters(state)).toString()}`);
    return await browser.open("/outcome");
  }
}
