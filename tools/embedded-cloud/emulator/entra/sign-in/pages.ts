import { html, raw } from "hono/html";
import type { Application, User } from "../../context";
import { renderPage, type Markup } from "../../pages/layout";
import { clientName } from "../clients";
import type { EntraError } from "../errors";
import type { Flow } from "../sign-in-state";

/** The data of every page of a sign-in. */
export interface PageOf {
  flow: Flow;
  application: Application;
  /** Why the step must be repeated. */
  error?: EntraError | undefined;
}

/** The form for account and password. */
export function signInPage(page: PageOf, hinted: string | undefined, accounts: readonly User[]): Promise<Response> {
  const username = hinted ?? "";
  // If the account is already filled in, the password field gets the focus.
  const [first, second] = username === "" ? [raw("autofocus"), ""] : ["", raw("autofocus")];
  const content = html`<form class="card" method="post" action="${action(page.flow, "password")}">
      <h1>Sign in</h1>
      <p class="soft">to continue to ${clientName(page.application)}</p>
      ${alert(page)} ${flowField(page.flow)}
      <label for="username">Account</label>
      <input id="username" name="username" type="email" autocomplete="username" required value="${username}" ${first} />
      <label for="password">Password</label>
      <input id="password" name="password" type="password" autocomplete="current-password" required ${second} />
      <div class="actions"><button type="submit">Sign in</button></div>
    </form>
    ${accountsHint(accounts)}`;
  return render(page, "Sign in", content);
}

function accountsHint(accounts: readonly User[]): Markup {
  return html`<section class="hint">
    <h2>Accounts of this embedded cloud</h2>
    <p>All made up, all public.</p>
    <dl>
      ${accounts.map(
        ({ userPrincipalName, password, mfa }) =>
          html`<dt><code>${userPrincipalName}</code></dt>
            <dd>password <code>${password}</code>, ${mfa ? "with MFA" : "without MFA"}</dd>`,
      )}
    </dl>
  </section>`;
}

/** Replaces the approval on a telephone. */
export function secondFactorPage(page: PageOf, user: User): Promise<Response> {
  const content = html`<form class="card" method="post" action="${action(page.flow, "second-factor")}">
    <h1>Approve sign-in</h1>
    <p class="soft">${user.userPrincipalName}</p>
    <p>A real cloud would now ask on your telephone. Here, this button is the telephone.</p>
    ${alert(page)} ${flowField(page.flow)}
    <div class="actions">
      <button type="submit" name="answer" value="deny" class="quiet">Deny</button>
      <button type="submit" name="answer" value="approve" autofocus>Approve</button>
    </div>
  </form>`;
  return render(page, "Approve sign-in", content);
}

/** Posts a response to the application, without scripts by a button (OAuth 2.0 Form Post Response Mode). */
export function postingPage(redirectUri: string, answer: Readonly<Record<string, string>>): Promise<Response> {
  const content = html`<form class="card" method="post" action="${redirectUri}">
    <h1>Working...</h1>
    ${Object.entries(answer).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`)}
    <noscript>
      <p>Script is disabled. Select Submit to continue.</p>
      <div class="actions"><button type="submit">Submit</button></div>
    </noscript>
  </form>`;
  return renderPage({ title: "Working...", content, redirectUri, script: "document.forms[0].submit();" });
}

/** A refusal that cannot be sent back to the application, because the request does not identify it safely. */
export function errorPage(error: EntraError, body: Record<string, unknown>): Promise<Response> {
  const content = html`<section class="card">
    <h1>Sign-in is not possible</h1>
    <p class="alert" role="alert">${error.message}</p>
    <p>
      Nothing was sent back to the application, so it is still waiting for this sign-in. End it there (Ctrl-C), correct
      what is named above, and start it again.
    </p>
    <p class="soft">Correlation ID <code>${String(body["correlation_id"])}</code></p>
    <p class="soft"><code>${String(body["timestamp"])}</code></p>
  </section>`;
  return renderPage({ title: "Sign-in is not possible", content, status: error.row.status });
}

/** A page of a sign-in. */
export const render = ({ flow }: PageOf, title: string, content: Markup): Promise<Response> =>
  renderPage({ title, content, redirectUri: flow.request.redirectUri });

/** The address of a step's form. */
export const action = ({ request }: Flow, step: Flow["step"]): string => `/${request.tenantSegment}/sign-in/${step}`;

export const flowField = ({ id }: Flow): Markup => html`<input type="hidden" name="flow" value="${id}" />`;

const alert = ({ error }: PageOf): Markup | string =>
  error === undefined ? "" : html`<p class="alert" role="alert">${error.message}</p>`;
