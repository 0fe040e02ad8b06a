import { html } from "hono/html";
import type { LoggedRequest } from "../request-log";
import { renderPage, type Markup } from "../pages/layout";
import { type Cell, code, instant, list, table, yesNo } from "../pages/table";
import { permissionNames, principalName, userName } from "./names";
import type { CloudState, TenantState, VaultState } from "./state";

/** Requests at the end of the page. */
const shownRequests = 50;
/** Customers of a tenant, which may have thousands. */
const shownCustomers = 50;

/** The read-only page of everything stored. It shows no secret, so it needs no token. */
export function overviewPage(clouds: readonly CloudState[], requests: readonly LoggedRequest[]): Promise<Response> {
  const content = html`<h1>What this cloud holds</h1>
    <p class="soft">Read-only, without secrets. Times are UTC. Reload the page to update it.</p>
    ${clouds.map(cloudSection)} ${requestSection(requests)}`;
  return renderPage({ title: "Overview", content, wide: true });
}

const cloudSection = ({ cloud, origins, tenants, refreshTokens }: CloudState): Markup =>
  html`<section class="card">
      <h2>${cloud}</h2>
      ${table(
        "Services",
        ["Service", "Origin"],
        Object.entries(origins).map(([name, origin]) => [name, code(String(origin))]),
      )}
      ${table(
        "Refresh tokens issued (the tokens themselves are nowhere)",
        ["Account", "Client", "Second factor", "Issued", "Expires", "Usable"],
        refreshTokens.map((token) => [
          userName(tenants, token.userId),
          code(token.clientId),
          yesNo(token.amr.includes("mfa")),
          instant(token.issuedAt),
          instant(token.expiresAt),
          yesNo(token.isUsable),
        ]),
      )}
    </section>
    ${tenants.map(tenantSection)}`;

const tenantSection = (tenant: TenantState): Markup =>
  html`<section class="card">
    <h2>${tenant.displayName}</h2>
    <p class="soft"><code>${tenant.id}</code> · ${tenant.domains.map(({ id }) => id).join(", ")}</p>
    ${table(
      "Users",
      ["Account", "Enabled", "Second factor"],
      tenant.users.map((user) => [user.userPrincipalName, yesNo(user.accountEnabled), yesNo(user.mfa)]),
    )}
    ${table(
      "Groups",
      ["Group", "Members"],
      tenant.groups.map(({ displayName, members }) => [
        displayName ?? "",
        members.map((id) => principalName(tenant, id)).join(", "),
      ]),
    )}
    ${table(
      "Applications",
      ["Name", "Client id", "Redirect URIs", "Permissions asked for", "Secrets", "Certificates"],
      tenant.applications.map((application) => [
        application.displayName ?? "",
        code(application.appId),
        list(application.web.redirectUris),
        list(permissionNames(tenant, application.requiredResourceAccess)),
        list(
          application.passwordCredentials.map(
            (secret) => `${secret.displayName ?? "?"}, until ${secret.endDateTime.slice(0, 10)}`,
          ),
        ),
        list(
          application.keyCredentials.map((key) => `${key.displayName ?? "?"}, until ${key.endDateTime.slice(0, 10)}`),
        ),
      ]),
    )}
    ${table(
      "Delegated permissions granted",
      ["Application", "Resource", "Permissions", "For"],
      tenant.grants.map((grant) => [
        principalName(tenant, grant.clientId),
        principalName(tenant, grant.resourceId),
        grant.scope,
        grant.principalId === null ? "everyone" : principalName(tenant, grant.principalId),
      ]),
    )}
    ${table(
      "Customers",
      ["Company", "Domain", "Applications consented"],
      tenant.customers
        .slice(0, shownCustomers)
        .map(({ companyProfile, applicationConsents }) => [
          companyProfile.companyName,
          companyProfile.domain,
          list(applicationConsents.map(({ displayName, applicationId }) => displayName ?? applicationId)),
        ]),
      tenant.customers.length,
    )}
    ${[tenant, ...tenant.customers.slice(0, shownCustomers)]
      .flatMap((one) => one.subscriptions)
      .map(({ displayName, resourceGroups, vaults }) => [
        table(
          `Resource groups of ${displayName}`,
          ["Name", "Location"],
          resourceGroups.map(({ name, location }) => [String(name), String(location)]),
        ),
        vaults.map(vaultSection),
      ])}
  </section>`;

const vaultSection = ({ resource, isDeleted, secrets, certificates }: VaultState): Markup =>
  html`<h3>Vault ${resource.name}${isDeleted ? " (deleted)" : ""}</h3>
    ${table(
      String(resource.properties["vaultUri"]),
      ["Secret", "Version", "Enabled", "Expires", "Tags"],
      secrets.flatMap(({ name, isDeleted: isGone, versions }) =>
        versions.map(({ id, enabled, expires, tags }) => [
          isGone ? `${name} (deleted)` : name,
          code(id),
          yesNo(enabled),
          expires === null ? "never" : instant(new Date(expires * 1000).toISOString()),
          tagList(tags),
        ]),
      ),
    )}
    ${table(
      "Certificates, whose keys and secrets have their names",
      ["Certificate", "Version", "Enabled", "Expires", "At its end", "Tags"],
      certificates.flatMap(({ name, isDeleted: isGone, policy, versions }) =>
        versions.map(({ id, isIssued, enabled, expires, tags }) => [
          isGone ? `${name} (deleted)` : name,
          code(id),
          isIssued ? yesNo(enabled) : "not issued",
          instant(new Date(expires * 1000).toISOString()),
          list(policy.lifetime_actions.map(({ action }) => action.action_type)),
          tagList(tags),
        ]),
      ),
    )}`;

const tagList = (tags: Readonly<Record<string, string>>): Cell =>
  list(Object.entries(tags).map(([tag, value]) => `${tag}: ${value}`));

const requestSection = (requests: readonly LoggedRequest[]): Markup =>
  html`<section class="card">
    <h2>Last requests</h2>
    ${requests.length === 0 ? html`<p class="soft">None yet.</p>` : ""}
    ${table(
      `The last ${shownRequests}, newest first`,
      ["At", "Cloud", "Service", "Request", "Status", "ms", "About"],
      requests
        .slice(-shownRequests)
        .reverse()
        .map(({ at, cloud, service, method, path, status, milliseconds, note }) => [
          instant(at),
          cloud,
          service,
          code(`${method} ${path}`),
          String(status),
          String(milliseconds),
          note ?? "",
        ]),
    )}
  </section>`;
