import { html } from "hono/html";
import type { Tenant, User } from "../../context";
import type { Markup } from "../../pages/layout";
import { clientName } from "../clients";
import type { ConsentItem } from "../consents";
import { errorBody, type EntraError, type Refusing } from "../errors";
import { action, flowField, render, type PageOf } from "./pages";

/** The content of a consent page. */
export interface Asked {
  items: readonly ConsentItem[];
  /** "choice": the person may consent for everybody, with a box to tick. */
  forAll: "no" | "choice" | "yes";
}

/** Application permissions are shown only to accounts that may grant them. */
export function consentPage(page: PageOf, user: User, tenant: Tenant, { items, forAll }: Asked): Promise<Response> {
  const content = html`<form class="card" method="post" action="${action(page.flow, "consent")}">
    <h1>Permissions requested</h1>
    ${forAll === "yes" ? html`<p>Accept for your organization</p>` : ""}
    <p class="soft">${user.userPrincipalName} · ${tenant.displayName}</p>
    ${permissions(
      html`<strong>${clientName(page.application)}</strong> wants to act
        ${forAll === "yes" ? "on behalf of every user" : "on your behalf"} with:`,
      items.map(({ resource, scopes }) => ({ resource, names: scopes })),
    )}
    ${
      forAll === "no"
        ? ""
        : permissions(
            html`Without anybody signed in, it wants to act with:`,
            items.map(({ resource, roles }) => ({ resource, names: roles })),
          )
    }
    ${forAll === "choice" ? organizationBox() : ""} ${flowField(page.flow)}
    <div class="actions">
      <button type="submit" name="answer" value="cancel" class="quiet">Cancel</button>
      <button type="submit" name="answer" value="accept">Accept</button>
    </div>
  </form>`;
  return render(page, "Permissions requested", content);
}

function permissions(
  introduction: Markup,
  groups: readonly { resource: ConsentItem["resource"]; names: readonly string[] }[],
): Markup | string {
  const shown = groups.filter(({ names }) => names.length > 0);
  if (shown.length === 0) return "";
  return html`<p>${introduction}</p>
    ${shown.map(
      ({ resource, names }) =>
        html`<h2>${resource.displayName}</h2>
          <ul>
            ${names.map((name) => html`<li><code>${name}</code></li>`)}
          </ul>`,
    )}`;
}

const organizationBox = (): Markup =>
  html`<label class="box">
      <input type="checkbox" name="organization" value="yes" /> Consent on behalf of your organization
    </label>
    <p class="soft">
      Ticked, everybody may use the application, and it gets the permissions without a user. Otherwise it may act for
      you alone.
    </p>`;

/** Informs an account that it may not consent, with Entra's text. */
export function approvalPage(page: PageOf & { error: EntraError }, user: User, by: Refusing): Promise<Response> {
  const { correlation_id: correlation, timestamp } = errorBody(page.error, by);
  const [code = "", ...words] = page.error.message.split(": ");
  const content = html`<form class="card" method="post" action="${action(page.flow, "approval")}">
    <h1>Need admin approval</h1>
    <p class="soft">${user.userPrincipalName}</p>
    <p><strong>${clientName(page.application)}</strong></p>
    <p>${words.join(": ")}</p>
    ${flowField(page.flow)}
    <p>
      Have an admin account?
      <button type="submit" name="answer" value="other-account" class="link">Sign in with that account</button>
    </p>
    <p>
      <button type="submit" name="answer" value="return" class="link">
        Return to the application without granting consent
      </button>
    </p>
    <p class="soft">Correlation ID <code>${String(correlation)}</code></p>
    <p class="soft"><code>${String(timestamp)}</code> <code>${code}</code></p>
  </form>`;
  return render(page, "Need admin approval", content);
}

/** The account asks an administrator. Source: "Overview of admin consent workflow"; unverified: the words. */
export function requestPage(page: PageOf, user: User): Promise<Response> {
  const content = html`<form class="card" method="post" action="${action(page.flow, "approval")}">
    <h1>Approval required</h1>
    <p class="soft">${user.userPrincipalName}</p>
    <p><strong>${clientName(page.application)}</strong></p>
    <p>This app requires your admin's approval.</p>
    <label>Enter justification for requesting this app <textarea name="justification"></textarea></label>
    ${flowField(page.flow)}
    <p><button type="submit" name="answer" value="other-account" class="link">Sign in with another account</button></p>
    <div class="actions">
      <button type="submit" name="answer" value="return" class="quiet">Back to app</button>
      <button type="submit" name="answer" value="request">Request approval</button>
    </div>
  </form>`;
  return render(page, "Approval required", content);
}
