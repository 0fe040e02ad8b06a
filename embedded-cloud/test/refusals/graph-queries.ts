/** Addresses and query options that Microsoft Graph refuses. */
import type { Refusal } from "./refusal";
import { adminAgents, deployerApplication, graph } from "./graph-requests";

const parameters = "https://learn.microsoft.com/graph/query-parameters";
const advancedQueries = "https://learn.microsoft.com/graph/aad-advanced-queries";
const batching = "https://learn.microsoft.com/graph/json-batching";
const oData = "https://docs.oasis-open.org/odata/odata/v4.01/odata-v4.01-part2-url-conventions.html";
const eventual = { headers: { ConsistencyLevel: "eventual" } };

const applications = "GET /v1.0/applications";
const application = "GET /v1.0/applications/{id}";
const grants = "GET /v1.0/oauth2PermissionGrants";

const row = (
  request: string,
  refused: string,
  answer: string,
  source: Refusal["source"],
  asked: string,
  message = "",
  sent = {},
): Refusal => ({ request, refused, answer, source, message, send: graph(asked, sent) });

const noFilters: [refused: string, filter: string, message: string][] = [
  ["a filter that does not end", "displayName eq 'x", "unterminated string literal"],
  ["a parenthesis that is not closed", "(displayName eq 'x'", "operator expected"],
  ["a filter without a value", "displayName eq", "Expression expected"],
  ["a property that the type does not have", "flavour eq 'mint'", "named 'flavour'"],
  ["`any` on what is no collection", "displayName/any(d:d eq 'x')", "following a collection"],
  ["a collection without `any`", "tags eq 'x'", "incompatible types"],
  ["a value of another type", "createdDateTime ge 'yesterday'", "incompatible types"],
];

const names = Array.from({ length: 16 }, (_, index) => `'${index}'`).join(",");

export const graphQueryRefusals: Refusal[] = [
  row(
    applications,
    "`in`, or a chain of `or`, with more than 15 values, in a query that is not advanced",
    "400 Request_UnsupportedQuery",
    "https://github.com/microsoftgraph/microsoft-graph-docs/issues/21098",
    `${applications}?$filter=displayName in (${names})`,
    "Max allowed: 15",
  ),
  row(
    "GET /v2.0/applications",
    "a version that there is not",
    "400 BadRequest",
    "unverified",
    "GET /v2.0/applications",
  ),
  row(
    "GET /v1.0/flavours",
    "a segment that there is not",
    "400 BadRequest",
    "https://github.com/microsoftgraph/microsoft-graph-docs/issues/21648",
    "GET /v1.0/flavours",
    "Resource not found for the segment 'flavours'.",
  ),
  row(
    `${application}/flavours`,
    "the same below an object",
    "400 BadRequest",
    "https://github.com/microsoftgraph/microsoft-graph-docs/issues/21648",
    `GET /v1.0/applications/${deployerApplication}/flavours`,
    "segment 'flavours'",
  ),
  row("GET /v1.0/devices", "a collection that is not served", "501 NotImplemented", "emulator", "GET /v1.0/devices"),
  row(`${applications}/delta`, "changes since", "501 NotImplemented", "emulator", `${applications}/delta`),
  row(
    "GET /v1.0/applications(appId='{appId}')",
    "an alternate key",
    "501 NotImplemented",
    "emulator",
    "GET /v1.0/applications(appId='0b5f7c2e-8d16-4a39-b4e7-92c1d6f3a850')",
  ),
  row(
    "POST /v1.0/groups",
    "an operation that is not served",
    "501 NotImplemented",
    "emulator",
    "POST /v1.0/groups",
    "",
    {
      body: { displayName: "x" },
    },
  ),
  row("POST /v1.0/$batch", "several requests in one", "501 NotImplemented", "emulator", "POST /v1.0/$batch", "", {
    body: { requests: [] },
  }),
  row(
    "PUT /v1.0/applications",
    "a method that the address does not have",
    "405 Request_BadRequest",
    batching,
    "PUT /v1.0/applications",
    "Specified HTTP method is not allowed for the request target.",
    { body: {} },
  ),
  ...["applications", "directoryObjects", "directory/deletedItems", "groups", "servicePrincipals"].map((set) =>
    row(
      `GET /v1.0/${set}/{id}`,
      "an id that is no GUID",
      "400 Request_BadRequest",
      "unverified",
      `GET /v1.0/${set}/nobody`,
      "Invalid object identifier 'nobody'.",
    ),
  ),
  ...["abc", "-1", "1.5"].map((top) =>
    row(
      `${applications}?$top=${top}`,
      "a page size that is no whole number",
      "400 BadRequest",
      "https://github.com/dcblogdev/laravel-microsoft-graph/issues/90",
      `${applications}?$top=${top}`,
      `Invalid value '${top}' for $top query option found.`,
    ),
  ),
  ...["0", "1000"].map((top) =>
    row(
      `${applications}?$top=${top}`,
      "a page size outside 1 to 999",
      "400 Request_UnsupportedQuery",
      "https://github.com/turbot/steampipe-plugin-azuread",
      `${applications}?$top=${top}`,
      `Invalid page size specified: '${top}'. Must be between 1 and 999 inclusive.`,
    ),
  ),
  row(
    `${applications}?$skiptoken`,
    "a token that no page gave out",
    "400 Directory_ExpiredPageToken",
    "unverified",
    `${applications}?$skiptoken=abc`,
  ),
  ...noFilters.map(([refused, filter, message]) =>
    row(`${applications}?$filter`, refused, "400 BadRequest", oData, `${applications}?$filter=${filter}`, message),
  ),
  row(
    `${applications}?$filter`,
    "a property that cannot be filtered by",
    "400 Request_UnsupportedQuery",
    advancedQueries,
    `${applications}?$filter=notes eq 'x'`,
    "Unsupported or invalid query filter clause specified for property 'notes' of resource 'Application'.",
  ),
  row(
    `${grants}?$filter`,
    "a property of a grant that cannot be filtered by",
    "400 Request_UnsupportedQuery",
    "https://learn.microsoft.com/graph/api/resources/oauth2permissiongrant",
    `${grants}?$filter=scope eq 'User.Read'`,
  ),
  row(
    "GET /v1.0/servicePrincipals/{id}/appRoleAssignments?$filter",
    "a GUID as a text",
    "400 BadRequest",
    "https://learn.microsoft.com/graph/api/resources/approleassignment",
    "GET /v1.0/servicePrincipals/7c3d1e92-5a0f-4b86-9d24-e6f8b1a70c35/appRoleAssignments?$filter=resourceId eq 'x'",
    "Found operand types 'Edm.Guid' and 'Edm.String'",
  ),
  ...["displayName ne 'x'", "not (displayName eq 'x')", "displayName ge 'x'"].map((filter) =>
    row(
      `${applications}?$filter=${filter}`,
      "an operator of advanced queries without `ConsistencyLevel` and `$count`",
      "400 Request_UnsupportedQuery",
      advancedQueries,
      `${applications}?$filter=${filter}`,
      "the required parameters might be missing",
    ),
  ),
  row(
    `${applications}?$filter=displayName ne 'x'&$count=true`,
    "the same with `$count` alone",
    "400 Request_UnsupportedQuery",
    advancedQueries,
    `${applications}?$filter=displayName ne 'x'&$count=true`,
  ),
  ...[applications, `GET /v1.0/applications/${deployerApplication}`].map((address) =>
    row(
      `${address.replace(deployerApplication, "{id}")}?$select`,
      "a property that the type does not have",
      "400 BadRequest",
      oData,
      `${address}?$select=id,flavour`,
      "Could not find a property named 'flavour' on type 'microsoft.graph.application'.",
    ),
  ),
  row(
    `${grants}?$select`,
    "the same on an empty list",
    "400 BadRequest",
    oData,
    `${grants}?$select=flavour&$filter=clientId eq 'x'`,
    "named 'flavour'",
  ),
  row(
    `${applications}?$expand`,
    "a relation that the type does not have",
    "400 BadRequest",
    oData,
    `${applications}?$expand=flavours`,
    "named 'flavours'",
  ),
  row(
    `${applications}?$expand=owners`,
    "relations",
    "501 NotImplemented",
    "emulator",
    `${applications}?$expand=owners`,
  ),
  row(
    `${applications}?$orderby=displayName`,
    "an order that takes an advanced query",
    "400 Request_UnsupportedQuery",
    advancedQueries,
    `${applications}?$orderby=displayName`,
    "Sorting not supported for current query.",
  ),
  row(
    "GET /v1.0/groups?$filter&$orderby",
    "a filter and an order together, without an advanced query",
    "400 Request_UnsupportedQuery",
    advancedQueries,
    "GET /v1.0/groups?$filter=startswith(displayName,'A')&$orderby=displayName",
  ),
  row(
    `${applications}?$search`,
    "`$search` without `ConsistencyLevel`",
    "400 Request_UnsupportedQuery",
    advancedQueries,
    `${applications}?$search="displayName:x"`,
    "special request header",
  ),
  row(
    `${applications}?$search`,
    "`$search`",
    "501 NotImplemented",
    "emulator",
    `${applications}?$search="displayName:x"`,
    "$search",
    eventual,
  ),
  row(
    `${applications}/$count`,
    "a count without `ConsistencyLevel`",
    "400 Request_BadRequest",
    advancedQueries,
    `${applications}/$count`,
    "$count is not currently supported.",
  ),
  row(`${applications}/$count`, "a count", "501 NotImplemented", "emulator", `${applications}/$count`, "", eventual),
  row(
    `${applications}?$skip=1`,
    "`$skip`",
    "400 Request_BadRequest",
    "https://github.com/microsoftgraph/msgraph-metadata/issues/135",
    `${applications}?$skip=1`,
    "'$skip' is not supported by the service.",
  ),
  row(
    `${applications}?api-version=1.6`,
    "a parameter that there is not",
    "400 Request_BadRequest",
    "https://learn.microsoft.com/graph/known-issues",
    `${applications}?api-version=1.6`,
    "Unrecognized query argument specified: 'api-version'.",
  ),
  row(
    `${applications}?filter`,
    "an option without its `$`",
    "400 Request_BadRequest",
    parameters,
    `${applications}?filter=displayName eq 'x'`,
  ),
  row(
    `${application}?$top`,
    "an option of lists on one object",
    "501 NotImplemented",
    "emulator",
    `GET /v1.0/applications/${deployerApplication}?$top=1`,
    "$top",
  ),
  row(
    "GET /v1.0/groups/{id}/members?$flavour",
    "an option that there is not",
    "400 Request_BadRequest",
    "https://learn.microsoft.com/graph/known-issues",
    `GET /v1.0/groups/${adminAgents}/members?$flavour=mint`,
  ),
  row(
    "POST /v1.0/applications?$select",
    "an option of readings on a change",
    "501 NotImplemented",
    "emulator",
    "POST /v1.0/applications?$select=id",
    "$select",
    { body: { displayName: "One" } },
  ),
];
