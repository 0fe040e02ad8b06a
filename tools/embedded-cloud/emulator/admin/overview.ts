import { html } from "hono/html";
import type { LoggedRequest } from "../request-log";
import { renderPage } from "../pages/layout";
import { type Cell, code, instant, list, longCode, table, yesNo } from "../pages/table";
import type { CloudState, TenantState } from "./state";

/** Customers whose subscriptions are shown. */
const shownCustomers = 50;
/** Tenants that have a section each; there may be thousands. */
const shownTenants = 5;

/** The read-only page of everything stored. It shows no secret, so it needs no token. */
export function overviewPage(clouds: readonly CloudState[], requests: readonly LoggedRequest[]): Promise<Response> {
  const content = html`<h1>What this cloud holds</h1>
    <p class="soft">Read-only, without secrets. Times are UTC. Reload the page to update it.</p>
    ${clouds.flatMap(cloudSections)} ${requestSection(requests)}`;
  return renderPage({ title: "Overview", content, wide: true });
}

const card = (title: string, tables: readonly Cell[]): Cell =>
  html`<section class="card">
    <h2>${title}</h2>
    ${tables.every((one) => one === "") ? html`<p>None yet.</p>` : tables}
  </section>`;

const cloudSections = ({ cloud, origins, tenants, refreshTokens }: CloudState): Cell[] => [
  card(cloud, [
    table("Services", ["Service", "Origin"], Object.entries(origins), ([name, origin]) => [name, code(String(origin))]),
    table(
      "Refresh tokens issued",
      ["Account", "Client", "Second factor", "Issued", "Expires", "Usable"],
      refreshTokens,
      ({ tenantId, userId, clientId, amr, issuedAt, expiresAt, isUsable }) => [
        nameOf(
          tenants.find(({ id }) => id === tenantId),
          userId,
        ),
        code(clientId),
        yesNo(amr.includes("mfa")),
        instant(issuedAt),
        instant(expiresAt),
        yesNo(isUsable),
      ],
    ),
    table("Tenants", ["Name", "Domains", "Id"], tenants, ({ id, displayName, domains }) => [
      displayName,
      domains.map((domain) => domain.id).join(", "),
      code(id),
    ]),
  ]),
  ...tenants.slice(0, shownTenants).map((tenant) => card(tenant.displayName, tenantTables(tenant))),
];

/** The name of a user or service principal, because readers cannot interpret ids; the id of anything else. */
const nameOf = (tenant: TenantState | undefined, id: string): string =>
  tenant?.users.find((one) => one.id === id)?.userPrincipalName ??
  tenant?.servicePrincipals.find((one) => one.id === id)?.displayName ??
  id;

const tenantTables = (tenant: TenantState): Cell[] => [
  table("Users", ["Account", "Enabled", "Second factor"], tenant.users, (user) => [
    user.userPrincipalName,
    yesNo(user.accountEnabled),
    yesNo(user.mfa),
  ]),
  table("Groups", ["Group", "Members"], tenant.groups, ({ displayName, members }) => [
    displayName ?? "",
    members.map((id) => nameOf(tenant, id)).join(", "),
  ]),
  table(
    "Applications",
    ["Name", "Client id", "Redirect URIs", "Credentials"],
    tenant.applications,
    ({ displayName, appId, web, passwordCredentials, keyCredentials }) => [
      displayName ?? "",
      code(appId),
      list(web.redirectUris),
      list(
        [...passwordCredentials, ...keyCredentials].map(
          (one) => `${one.displayName ?? "?"}, until ${one.endDateTime.slice(0, 10)}`,
        ),
      ),
    ],
  ),
  table("Delegated permissions granted", ["Application", "Resource", "Permissions", "For"], tenant.grants, (grant) => [
    nameOf(tenant, grant.clientId),
    nameOf(tenant, grant.resourceId),
    grant.scope,
    grant.principalId === null ? "everyone" : nameOf(tenant, grant.principalId),
  ]),
  table("Customers", ["Company", "Domain", "Applications consented"], tenant.customers, (customer) => [
    customer.companyProfile.companyName,
    customer.companyProfile.domain,
    list(customer.applicationConsents.map(({ displayName, applicationId }) => displayName ?? applicationId)),
  ]),
  ...[tenant, ...tenant.customers.slice(0, shownCustomers)]
    .flatMap(({ subscriptions }) => subscriptions.flatMap(({ vaults }) => vaults))
    .flatMap(({ resource: { name, properties }, isDeleted, secrets, certificates }) => [
      table(
        `${isDeleted ? "Deleted vault" : "Vault"} ${name} at ${String(properties["vaultUri"])}`,
        ["Secret or certificate", "Version", "Enabled", "Expires", "Tags"],
        [...secrets, ...certificates].flatMap((kept) =>
          kept.versions.map((version) => ({ ...version, name: `${kept.name}${kept.isDeleted ? " (deleted)" : ""}` })),
        ),
        (version) => [
          version.name,
          code(version.id),
          yesNo(version.enabled),
          version.expires === null ? "never" : instant(new Date(version.expires * 1000).toISOString()),
          list(Object.entries(version.tags).map(([tag, value]) => `${tag}: ${value}`)),
        ],
      ),
    ]),
];

const requestSection = (requests: readonly LoggedRequest[]): Cell =>
  card("Last requests", [
    table(
      "Requests, the newest first",
      ["At", "Cloud", "Service", "Request", "Status", "ms", "About"],
      requests.toReversed(),
      ({ at, cloud, service, method, path, status, milliseconds, note }) => [
        instant(at),
        cloud,
        service,
        longCode(`${method} ${path}`),
        String(status),
        String(milliseconds),
        note ?? "",
      ],
    ),
  ]);
