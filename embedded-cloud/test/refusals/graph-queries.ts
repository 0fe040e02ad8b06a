/** Addresses and query options that Microsoft Graph refuses. */
import type { Refusal } from "./refusal";
import { adminAgents, deployerApplication, graph, named } from "./graph-requests";
import type { Sent } from "./send";

const parameters = "https://learn.microsoft.com/graph/query-parameters";
const advancedQueries = "https://learn.microsoft.com/graph/aad-advanced-queries";
const batching = "https://learn.microsoft.com/graph/json-batching";
const oData = "https://docs.oasis-open.org/odata/odata/v4.01/odata-v4.01-part2-url-conventions.html";
const eventual = { headers: { ConsistencyLevel: "eventual" } };

const applications = "GET /v1.0/applications";
const application = `${applications}/${deployerApplication}`;
const grants = "GET /v1.0/oauth2PermissionGrants";

const unknownSegment = "https://github.com/microsoftgraph/microsoft-graph-docs/issues/21648";
const knownIssues = "https://learn.microsoft.com/graph/known-issues";

type Row = [request: string, refused: string, message?: string, sent?: Sent];

/** Requests that are answered alike, and known from the same source. */
const alike = (answer: string, source: Refusal["source"], rows: Row[]): Refusal[] =>
  rows.map(([asked, refused, message = "", sent = {}]) => ({
    request: named(asked),
    ...{ refused, answer, source, message, send: graph(asked, sent) },
  }));

const filtered = (filter: string): string => `${applications}?$filter=${filter}`;
const names = Array.from({ length: 16 }, (_, index) => `'${index}'`).join(",");
const assignments = "GET /v1.0/servicePrincipals/7c3d1e92-5a0f-4b86-9d24-e6f8b1a70c35/appRoleAssignments";
const identified = ["applications", "directoryObjects", "directory/deletedItems", "groups", "servicePrincipals"];

const noMethod = "Specified HTTP method is not allowed for the request target.";
const noTop = (top: string): string => `Invalid value '${top}' for $top query option found.`;
const outside = (top: string): string => `Invalid page size specified: '${top}'. Must be between 1 and 999 inclusive.`;
const unknownProperty = "Could not find a property named 'flavour' on type 'microsoft.graph.application'.";
const unfiltered =
  "Unsupported or invalid query filter clause specified for property 'notes' of resource 'Application'.";
const advancedOperator = "an operator of advanced queries without `ConsistencyLevel` and `$count`";
const unsorted = "Sorting not supported for current query.";

export const graphQueryRefusals: Refusal[] = [
  ...alike("400 Request_UnsupportedQuery", "https://github.com/microsoftgraph/microsoft-graph-docs/issues/21098", [
    [filtered(`displayName in (${names})`), "more than 15 values, in a query that is not advanced", "Max allowed: 15"],
  ]),
  ...alike("400 BadRequest", "unverified", [["GET /v2.0/applications", "a version that there is not"]]),
  ...alike("400 BadRequest", unknownSegment, [
    ["GET /v1.0/flavours", "an unknown segment", "Resource not found for the segment 'flavours'."],
    [`${application}/flavours`, "the same below an object", "segment 'flavours'"],
  ]),
  ...alike("501 NotImplemented", "emulator", [
    ["GET /v1.0/devices", "a collection that is not served"],
    [`${applications}/delta`, "changes since"],
    ["GET /v1.0/applications(appId='0b5f7c2e-8d16-4a39-b4e7-92c1d6f3a850')", "an alternate key"],
    ["POST /v1.0/groups", "an operation that is not served", "", { body: { displayName: "x" } }],
    ["POST /v1.0/$batch", "several requests in one", "", { body: { requests: [] } }],
    [`${applications}?$expand=owners`, "relations"],
    [`${applications}?$search="displayName:x"`, "`$search`", "$search", eventual],
    [`${applications}/$count`, "a count", "", eventual],
    [`${application}?$top=1`, "an option of lists on one object", "$top"],
    [
      "POST /v1.0/applications?$select=id",
      "an option of readings on a change",
      "$select",
      { body: { displayName: "One" } },
    ],
  ]),
  ...alike("405 Request_BadRequest", batching, [
    ["PUT /v1.0/applications", "a method that the address does not have", noMethod, { body: {} }],
  ]),
  ...alike(
    "400 Request_BadRequest",
    "unverified",
    identified.map((set) => [
      `GET /v1.0/${set}/nobody`,
      "an id that is no GUID",
      "Invalid object identifier 'nobody'.",
    ]),
  ),
  ...alike(
    "400 BadRequest",
    "https://github.com/dcblogdev/laravel-microsoft-graph/issues/90",
    ["abc", "-1", "1.5"].map((top) => [
      `${applications}?$top=${top}`,
      "a page size that is no whole number",
      noTop(top),
    ]),
  ),
  ...alike(
    "400 Request_UnsupportedQuery",
    "https://github.com/turbot/steampipe-plugin-azuread",
    ["0", "1000"].map((top) => [`${applications}?$top=${top}`, "a page size outside 1 to 999", outside(top)]),
  ),
  ...alike("400 Directory_ExpiredPageToken", "unverified", [
    [`${applications}?$skiptoken=abc`, "a token that no page gave out"],
  ]),
  ...alike("400 BadRequest", oData, [
    [filtered("displayName eq 'x"), "a filter that does not end", "unterminated string literal"],
    [filtered("(displayName eq 'x'"), "a parenthesis that is not closed", "operator expected"],
    [filtered("displayName eq"), "a filter without a value", "Expression expected"],
    [filtered("flavour eq 'mint'"), "a property that the type does not have", "named 'flavour'"],
    [filtered("displayName/any(d:d eq 'x')"), "`any` on what is no collection", "following a collection"],
    [filtered("tags eq 'x'"), "a collection without `any`", "incompatible types"],
    [filtered("createdDateTime ge 'yesterday'"), "a value of another type", "incompatible types"],
    [`${applications}?$select=id,flavour`, "a property that the type does not have", unknownProperty],
    [`${application}?$select=id,flavour`, "a property that the type does not have", unknownProperty],
    [`${grants}?$select=flavour&$filter=clientId eq 'x'`, "the same on an empty list", "named 'flavour'"],
    [`${applications}?$expand=flavours`, "a relation that the type does not have", "named 'flavours'"],
  ]),
  ...alike("400 Request_UnsupportedQuery", "https://learn.microsoft.com/graph/api/resources/oauth2permissiongrant", [
    [`${grants}?$filter=scope eq 'User.Read'`, "a property of a grant that cannot be filtered by"],
  ]),
  ...alike("400 BadRequest", "https://learn.microsoft.com/graph/api/resources/approleassignment", [
    [`${assignments}?$filter=resourceId eq 'x'`, "a GUID as a text", "Found operand types 'Edm.Guid' and 'Edm.String'"],
  ]),
  ...alike("400 Request_UnsupportedQuery", advancedQueries, [
    [filtered("notes eq 'x'"), "a property that cannot be filtered by", unfiltered],
    ...["displayName ne 'x'", "not (displayName eq 'x')", "displayName ge 'x'"].map((filter): Row => [
      filtered(filter),
      advancedOperator,
      "the required parameters might be missing",
    ]),
    [filtered("displayName ne 'x'&$count=true"), "the same with `$count` alone"],
    [`${applications}?$orderby=displayName`, "an order that takes an advanced query", unsorted],
    [
      "GET /v1.0/groups?$filter=startswith(displayName,'A')&$orderby=displayName",
      "a filter and an order together, without an advanced query",
    ],
    [`${applications}?$search="displayName:x"`, "`$search` without `ConsistencyLevel`", "special request header"],
  ]),
  ...alike("400 Request_BadRequest", advancedQueries, [
    [`${applications}/$count`, "a count without `ConsistencyLevel`", "$count is not currently supported."],
  ]),
  ...alike("400 Request_BadRequest", "https://github.com/microsoftgraph/msgraph-metadata/issues/135", [
    [`${applications}?$skip=1`, "`$skip`", "'$skip' is not supported by the service."],
  ]),
  ...alike("400 Request_BadRequest", knownIssues, [
    [
      `${applications}?api-version=1.6`,
      "a parameter that there is not",
      "Unrecognized query argument specified: 'api-version'.",
    ],
    [`GET /v1.0/groups/${adminAgents}/members?$flavour=mint`, "an option that there is not"],
  ]),
  ...alike("400 Request_BadRequest", parameters, [
    [`${applications}?filter=displayName eq 'x'`, "an option without its `$`"],
  ]),
];
