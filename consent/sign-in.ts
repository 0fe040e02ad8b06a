/** A person's sign-in, from the listener to the redeemed code. */
import { type CheckedCode, checkRedirect, redeemCode, requestAuthorization } from "../oauth/authorization-code";
import { listenForRedirect, type RedirectListener } from "../oauth/redirect-listener";
import type { Tokens } from "../oauth/refresh-token";
import { openBrowser } from "./browser";
import { DeadlineError } from "./errors";
import { onceSecretReplicated } from "./retry";
import type { ConsentTarget } from "./target";

/** How a door talks to the person in front of it. */
export interface Surface {
  /** A line of progress. */
  progress(line: string): void;
  /** Shows the start URL until the returned function is called. */
  showUrl(url: string): () => void;
  /** Where a door has a prompt: resolves with the redirected URL that was pasted into it. */
  pastedUrl?(signal: AbortSignal): Promise<string>;
}

export interface SignInOptions {
  port: number;
  deadlineMinutes: number;
}

/**
 * Lets the account sign in and hands the tokens to `settle` while the browser waits for the outcome.
 * @param settle verifies and stores; its result's text is what the browser shows
 */
export async function signIn<T extends { accountName: string; expiresOn: string }>(
  target: ConsentTarget,
  clientSecret: string,
  options: SignInOptions,
  surface: Surface,
  settle: (tokens: Tokens) => Promise<T>,
): Promise<T> {
  const listener = await listenForRedirect(options.port);
  try {
    const code = await browserRound(target, clientSecret, options, surface, listener);
    const result = await settle(await onceSecretReplicated(() => redeemCode(code)));
    await listener.close({
      good: true,
      title: "Consent stored",
      lines: [
        `${result.accountName} consented for tenant ${target.tenantId}.`,
        `The refresh token is in ${target.vaultUri} as ${target.refreshTokenName}, until ${result.expiresOn.slice(0, 10)}.`,
      ],
    });
    return result;
  } catch (error) {
    await listener.close({ good: false, title: "Consent not stored", lines: [(error as Error).message] });
    throw error;
  }
}

async function browserRound(
  target: ConsentTarget,
  clientSecret: string,
  { deadlineMinutes }: SignInOptions,
  surface: Surface,
  listener: RedirectListener,
): Promise<CheckedCode> {
  const application = { tenantId: target.tenantId, clientId: target.clientId, clientSecret };
  const request = await requestAuthorization(target.cloud, application, {
    resource: target.cloud.partnerCenter,
    redirectUri: listener.redirectUri,
    loginHint: target.account,
  });
  const ended = new AbortController();
  const timer = setTimeout(() => {
    ended.abort(
      new DeadlineError(
        `Nobody signed in within ${deadlineMinutes} minute${deadlineMinutes === 1 ? "" : "s"}. Nothing was stored. ` +
          `Start again, or give it longer: pulumi config set --path secure-application-model:consent.deadlineMinutes 30`,
      ),
    );
  }, deadlineMinutes * 60_000);
  const hide = surface.showUrl(listener.startUrl);
  try {
    const callback = listener.wait(request.url, ended.signal);
    openBrowser(listener.startUrl);
    const pasted = surface.pastedUrl?.(ended.signal).then((url) => new URL(url).searchParams);
    return checkRedirect(request, await Promise.race(pasted ? [callback, pasted] : [callback]));
  } finally {
    clearTimeout(timer);
    ended.abort(new Error("The sign-in has ended."));
    hide();
  }
}
