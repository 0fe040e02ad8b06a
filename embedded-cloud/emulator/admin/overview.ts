import { html } from "hono/html";
import type { LoggedRequest } from "../request-log";
import { renderPage } from "../pages/layout";
import { type Cell, code, instant, list, longCode, type Table, tablesOf, yesNo } from "../pages/table";
import { permissionNames, principalName } from "./names";
import type { CloudState, TenantState, VaultState } from "./state";

/** Customers whose subscriptions are shown. */
const shownCustomers = 50;
/** Tenants that have a section each; there may be thousands. */
const shownTenants = 5;

/**
 * The read-only page of everything stored. It shows no secret, so it needs no token.
 * @param wanted what a row shown has in its text, or a tenant in its name; "" for all
 */
export function overviewPage(
  clouds: readonly CloudState[],
  requests: readonly LoggedRequest[],
  wanted: string,
): Promise<Response> {
  const sections = [
    ...clouds.flatMap((cloud) => cloudSections(cloud, wanted)),
    requestSection(requests, tablesOf(wanted)),
  ];
  const content = html`<h1>What this cloud holds</h1>
    <p class="soft">Read-only, without secrets. Times are UTC. Reload the page to update it.</p>
    <form role="search">
      <label>Find in all tables<input type="search" name="find" value="${wanted}" /></label>
      <button>Find</button>
    </form>
    ${sections.every((one) => one === "") ? html`<p>Nothing here has “${wanted}”.</p>` : sections}`;
  return renderPage({ title: "Overview", content, wide: true });
}

/** "" where nothing in it is found. */
const card = (title: string, about: Cell, tables: readonly Cell[]): Cell =>
  tables.every((one) => one === "")
    ? ""
    : html`<section class="card">
        <h2>${title}</h2>
        ${about} ${tables}
      </section>`;

function cloudSections({ cloud, origins, tenants, refreshTokens }: CloudState, wanted: string): Cell[] {
  const table = tablesOf(wanted);
  const all = tablesOf("");
  const names = new Map(tenants.flatMap(({ users }) => users).map((user) => [user.id, user.userPrincipalName]));
  const services = table("Services", ["Service", "Origin"], Object.entries(origins), ([name, origin]) => [
    name,
    code(String(origin)),
  ]);
  const tokens = table(
    "Refresh tokens issued",
    ["Account", "Client", "Second factor", "Issued", "Expires", "Usable"],
    refreshTokens,
    (token) => [
      names.get(token.userId) ?? token.userId,
      code(token.clientId),
      yesNo(token.amr.includes("mfa")),
      instant(token.issuedAt),
      instant(token.expiresAt),
      yesNo(token.isUsable),
    ],
  );
  const isNamed = ({ id, displayName, domains }: TenantState) =>
    [id, displayName, ...domains.map((domain) => domain.id)].some((text) =>
      text.toLowerCase().includes(wanted.toLowerCase()),
    );
  // Of a tenant that is found by its name everything is shown.
  const sectionOf = (tenant: TenantState) => tenantSection(tenant, isNamed(tenant) ? all : table);
  const found = tenants.filter((tenant) => isNamed(tenant) || sectionOf(tenant) !== "");
  const others = found.slice(shownTenants);
  return [
    card(cloud, "", [services, tokens]),
    ...found.slice(0, shownTenants).map(sectionOf),
    card(`More tenants of ${cloud}`, "", [
      all("Tenants", ["Name", "Domains", "Id"], others, ({ id, displayName, domains }) => [
        displayName,
        domains.map((domain) => domain.id).join(", "),
        code(id),
      ]),
    ]),
  ];
}

const tenantSection = (tenant: TenantState, table: Table): Cell =>
  card(
    tenant.displayName,
    html`<p class="soft"><code>${tenant.id}</code> · ${tenant.domains.map(({ id }) => id).join(", ")}</p>`,
    [
      table("Users", ["Account", "Enabled", "Second factor"], tenant.users, (user) => [
        user.userPrincipalName,
        yesNo(user.accountEnabled),
        yesNo(user.mfa),
      ]),
      table("Groups", ["Group", "Members"], tenant.groups, ({ displayName, members }) => [
        displayName ?? "",
        members.map((id) => principalName(tenant, id)).join(", "),
      ]),
      table(
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
      ),
      table(
        "Delegated permissions granted",
        ["Application", "Resource", "Permissions", "For"],
        tenant.grants,
        (grant) => [
          principalName(tenant, grant.clientId),
          principalName(tenant, grant.resourceId),
          grant.scope,
          grant.principalId === null ? "everyone" : principalName(tenant, grant.principalId),
        ],
      ),
      table(
        "Customers",
        ["Company", "Domain", "Applications consented"],
        tenant.customers,
        ({ companyProfile, applicationConsents }) => [
          companyProfile.companyName,
          companyProfile.domain,
          list(applicationConsents.map(({ displayName, applicationId }) => displayName ?? applicationId)),
        ],
      ),
      ...[tenant, ...tenant.customers.slice(0, shownCustomers)]
        .flatMap((one) => one.subscriptions)
        .flatMap(({ displayName, resourceGroups, vaults }) => [
          table(`Resource groups of ${displayName}`, ["Name", "Location"], resourceGroups, ({ name, location }) => [
            String(name),
            String(location),
          ]),
          table(`Vaults of ${displayName}`, ["Name", "Address", "Deleted"], vaults, ({ resource, isDeleted }) => [
            resource.name,
            code(String(resource.properties["vaultUri"])),
            yesNo(isDeleted),
          ]),
          ...vaults.flatMap((vault) => tablesIn(vault, table)),
        ]),
    ],
  );

const tablesIn = ({ resource, secrets, certificates }: VaultState, table: Table): Cell[] => [
  table(
    `Secrets of ${resource.name}`,
    ["Secret", "Version", "Enabled", "Expires", "Tags"],
    secrets.flatMap(({ name, isDeleted: isGone, versions }) =>
      versions.map((version) => ({ name: isGone ? `${name} (deleted)` : name, ...version })),
    ),
    ({ name, id, enabled, expires, tags }) => [
      name,
      code(id),
      yesNo(enabled),
      expires === null ? "never" : instant(new Date(expires * 1000).toISOString()),
      tagList(tags),
    ],
  ),
  table(
    `Certificates of ${resource.name}`,
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
  ),
];

const tagList = (tags: Readonly<Record<string, string>>): Cell =>
  list(Object.entries(tags).map(([tag, value]) => `${tag}: ${value}`));

const requestSection = (requests: readonly LoggedRequest[], table: Table): Cell =>
  card("Last requests", "", [
    requests.length === 0
      ? html`<p>None yet.</p>`
      : table(
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
