import { html } from "hono/html";
import type { LoggedRequest } from "../request-log";
import { renderPage, type Markup } from "../pages/layout";
import { type Cell, code, instant, list, table, yesNo } from "../pages/table";
import { permissionNames, principalName } from "./names";
import type { CloudState, TenantState, VaultState } from "./state";

/** Customers whose subscriptions are shown. */
const shownCustomers = 50;
/** Tenants that have a section each; there may be thousands. */
const shownTenants = 5;

/** Whether one of these texts has what is looked for. */
type Finds = (...texts: readonly (string | null)[]) => boolean;

/**
 * The read-only page of everything stored. It shows no secret, so it needs no token.
 * @param wanted what a tenant, account, token, secret or tag shown has in its name; "" for all
 */
export function overviewPage(
  clouds: readonly CloudState[],
  requests: readonly LoggedRequest[],
  wanted: string,
): Promise<Response> {
  const finds: Finds = (...texts) => texts.some((text) => text?.toLowerCase().includes(wanted.toLowerCase()));
  const content = html`<h1>What this cloud holds</h1>
    <p class="soft">Read-only, without secrets. Times are UTC. Reload the page to update it.</p>
    <form role="search">
      <label>Find tenants, accounts and secrets<input type="search" name="find" value="${wanted}" /></label>
      <button>Find</button>
    </form>
    ${clouds.map((cloud) => cloudSection(cloud, finds))} ${requestSection(requests)}`;
  return renderPage({ title: "Overview", content, wide: true });
}

function cloudSection({ cloud, origins, tenants, refreshTokens }: CloudState, finds: Finds): Markup {
  const names = new Map(tenants.flatMap(({ users }) => users).map((user) => [user.id, user.userPrincipalName]));
  const nameOf = (id: string) => names.get(id) ?? id;
  const found = tenants.filter(
    ({ id, displayName, domains, subscriptions }) =>
      finds(id, displayName, ...domains.map((domain) => domain.id)) ||
      subscriptions.some(({ vaults }) => vaults.length > 0),
  );
  return html`<section class="card">
      <h2>${cloud}</h2>
      ${table("Services", ["Service", "Origin"], Object.entries(origins), ([name, origin]) => [
        name,
        code(String(origin)),
      ])}
      ${table(
        "Refresh tokens issued (the tokens themselves are nowhere)",
        ["Account", "Client", "Second factor", "Issued", "Expires", "Usable"],
        refreshTokens.filter(({ userId }) => finds(nameOf(userId))),
        (token) => [
          nameOf(token.userId),
          code(token.clientId),
          yesNo(token.amr.includes("mfa")),
          instant(token.issuedAt),
          instant(token.expiresAt),
          yesNo(token.isUsable),
        ],
      )}
    </section>
    ${found.slice(0, shownTenants).map((tenant) => tenantSection(tenant, finds))}
    ${
      found.length > shownTenants
        ? html`<section class="card">
            <h2>More tenants of ${cloud}</h2>
            ${table("Tenants", ["Name", "Domains", "Id"], found.slice(shownTenants), ({ id, displayName, domains }) => [
              displayName,
              domains.map((domain) => domain.id).join(", "),
              code(id),
            ])}
          </section>`
        : ""
    }`;
}

const tenantSection = (tenant: TenantState, finds: Finds): Markup =>
  html`<section class="card">
    <h2>${tenant.displayName}</h2>
    <p class="soft"><code>${tenant.id}</code> · ${tenant.domains.map(({ id }) => id).join(", ")}</p>
    ${table("Users", ["Account", "Enabled", "Second factor"], tenant.users, (user) => [
      user.userPrincipalName,
      yesNo(user.accountEnabled),
      yesNo(user.mfa),
    ])}
    ${table("Groups", ["Group", "Members"], tenant.groups, ({ displayName, members }) => [
      displayName ?? "",
      members.map((id) => principalName(tenant, id)).join(", "),
    ])}
    ${table(
      "Applications",
      ["Name", "Client id", "Redirect URIs", "Permissions asked for", "Secrets", "Certificates"],
      tenant.applications,
      (application) => [
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
      ],
    )}
    ${table(
      "Delegated permissions granted",
      ["Application", "Resource", "Permissions", "For"],
      tenant.grants,
      (grant) => [
        principalName(tenant, grant.clientId),
        principalName(tenant, grant.resourceId),
        grant.scope,
        grant.principalId === null ? "everyone" : principalName(tenant, grant.principalId),
      ],
    )}
    ${table(
      "Customers",
      ["Company", "Domain", "Applications consented"],
      tenant.customers.filter(({ companyProfile: { companyName, domain } }) => finds(companyName, domain)),
      ({ companyProfile, applicationConsents }) => [
        companyProfile.companyName,
        companyProfile.domain,
        list(applicationConsents.map(({ displayName, applicationId }) => displayName ?? applicationId)),
      ],
    )}
    ${[tenant, ...tenant.customers.slice(0, shownCustomers)]
      .flatMap((one) => one.subscriptions)
      .map(({ displayName, resourceGroups, vaults }) => [
        table(`Resource groups of ${displayName}`, ["Name", "Location"], resourceGroups, ({ name, location }) => [
          String(name),
          String(location),
        ]),
        vaults.map((vault) => vaultSection(vault, finds)),
      ])}
  </section>`;

const vaultSection = ({ resource, isDeleted, secrets, certificates }: VaultState, finds: Finds): Markup =>
  html`<h3>Vault ${resource.name}${isDeleted ? " (deleted)" : ""}</h3>
    ${table(
      String(resource.properties["vaultUri"]),
      ["Secret", "Version", "Enabled", "Expires", "Tags"],
      secrets.flatMap(({ name, isDeleted: isGone, versions }) =>
        versions
          .filter(({ tags }) => finds(name, ...Object.values(tags)))
          .map((version) => ({ name: isGone ? `${name} (deleted)` : name, ...version })),
      ),
      ({ name, id, enabled, expires, tags }) => [
        name,
        code(id),
        yesNo(enabled),
        expires === null ? "never" : instant(new Date(expires * 1000).toISOString()),
        tagList(tags),
      ],
    )}
    ${table(
      "Certificates, whose keys and secrets have their names",
      ["Certificate", "Version", "Enabled", "Expires", "At its end", "Tags"],
      certificates.flatMap(({ name, isDeleted: isGone, policy, versions }) =>
        versions.map((version) => ({ name: isGone ? `${name} (deleted)` : name, policy, ...version })),
      ),
      ({ name, policy, id, isIssued, enabled, expires, tags }) => [
        name,
        code(id),
        isIssued ? yesNo(enabled) : "not issued",
        instant(new Date(expires * 1000).toISOString()),
        list(policy.lifetime_actions.map(({ action }) => action.action_type)),
        tagList(tags),
      ],
    )}`;

const tagList = (tags: Readonly<Record<string, string>>): Cell =>
  list(Object.entries(tags).map(([tag, value]) => `${tag}: ${value}`));

const requestSection = (requests: readonly LoggedRequest[]): Markup =>
  html`<section class="card">
    <h2>Last requests</h2>
    ${requests.length === 0 ? html`<p class="soft">None yet.</p>` : ""}
    ${table(
      "The newest first",
      ["At", "Cloud", "Service", "Request", "Status", "ms", "About"],
      requests.toReversed(),
      ({ at, cloud, service, method, path, status, milliseconds, note }) => [
        instant(at),
        cloud,
        service,
        code(`${method} ${path}`),
        String(status),
        String(milliseconds),
        note ?? "",
      ],
    )}
  </section>`;
