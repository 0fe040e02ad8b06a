import type { MiddlewareHandler } from "hono";
import { isNewer } from "../newer-versions";
import type { ResourceContext, ResourceEnv } from "./authorization";
import { ResourceError } from "./errors";
import { normalLocation } from "./paths";
import { regionsOf } from "./regions";

/** Of subscriptions, resource groups, resources and providers. Source: refusals, which list them. */
const ownVersions = [
  ...["2014-04", "2014-02-26", "2013-03-01", "2014-01-01", "2014-04-01", "2014-04-01-preview", "2015-01-01"],
  ...["2015-11-01", "2016-02-01", "2016-06-01", "2016-07-01", "2016-09-01", "2017-03-01", "2017-05-01", "2017-05-10"],
  ...["2017-06-01", "2017-08-01", "2017-12-01", "2018-01-01", "2018-02-01", "2018-05-01", "2018-06-01", "2018-07-01"],
  ...["2018-08-01", "2018-09-01", "2018-11-01", "2019-03-01", "2019-05-01", "2019-05-10", "2019-06-01", "2019-07-01"],
  ...["2019-08-01", "2019-09-01", "2019-10-01", "2019-11-01", "2020-01-01", "2020-05-01", "2020-06-01", "2020-07-01"],
  ...["2020-08-01", "2020-09-01", "2020-10-01", "2021-01-01", "2021-04-01", "2022-01-01", "2022-03-01-preview"],
  ...["2022-05-01", "2022-06-01", "2022-09-01", "2022-11-01-preview", "2022-12-01", "2023-03-01-preview", "2023-07-01"],
  ...["2023-07-01-preview", "2024-03-01", "2024-07-01", "2024-11-01", "2025-03-01", "2025-04-01"],
];

/** Source: the folders of the published specification, oldest first. */
const keyVaultVersions = [
  ...["2015-06-01", "2016-10-01", "2018-02-14-preview", "2018-02-14", "2019-09-01", "2020-04-01-preview"],
  ...["2021-04-01-preview", "2021-06-01-preview", "2021-10-01", "2021-11-01-preview", "2022-02-01-preview"],
  ...["2022-07-01", "2022-11-01", "2023-02-01", "2023-07-01", "2024-04-01-preview", "2024-11-01", "2024-12-01-preview"],
  ...["2025-05-01", "2026-02-01", "2026-03-01-preview", "2026-04-01-preview", "2026-05-15"],
];

/** Source: the versions that the azure-native SDK and the published specification name. */
const storageVersions = [
  ...["2015-06-15", "2016-01-01", "2016-12-01", "2017-06-01", "2017-10-01", "2018-02-01", "2018-07-01", "2018-11-01"],
  ...["2019-04-01", "2019-06-01", "2021-01-01", "2021-02-01", "2021-04-01", "2021-06-01", "2021-08-01", "2021-09-01"],
  ...["2022-05-01", "2022-09-01", "2023-01-01", "2023-04-01", "2023-05-01", "2024-01-01", "2025-01-01", "2025-06-01"],
  ...["2025-08-01", "2026-04-01"],
];

/** Source: the published specification's folders. Diagnostic settings have category groups in one version. */
const workspaceVersions = ["2020-08-01", "2021-06-01", "2022-10-01", "2023-09-01", "2025-02-01", "2025-07-01"];
const insightsVersions = ["2021-05-01-preview"];

/** The end of Key Vault's older versions. Source: "Prepare for Key Vault API version 2026-02-01". */
const keyVaultRetirement = Date.parse("2027-02-27");

/** Versions by provider, if all its types have the same. @param now milliseconds */
const providerVersions = (now: number): Readonly<Record<string, readonly string[]>> => ({
  "Microsoft.KeyVault": now < keyVaultRetirement ? keyVaultVersions : keyVaultVersions.filter((one) => one >= byRoles),
  "Microsoft.Storage": storageVersions,
  "Microsoft.OperationalInsights": workspaceVersions,
  "Microsoft.Insights": insightsVersions,
});

/** The first version in which a new vault uses roles if the request does not specify it. */
const byRoles = "2026-02-01";

const authorizationVersions: Readonly<Record<string, readonly string[]>> = {
  roleAssignments: [
    ...["2014-04-01-preview", "2014-07-01-preview", "2014-10-01-preview", "2015-05-01-preview", "2015-06-01"],
    ...["2015-07-01", "2016-07-01", "2017-05-01", "2017-09-01", "2017-10-01-preview", "2018-01-01-preview"],
    ...["2018-09-01-preview", "2020-03-01-preview", "2020-04-01-preview", "2020-08-01-preview", "2020-10-01-preview"],
    ...["2021-04-01-preview", "2022-04-01"],
  ],
  roleDefinitions: ["2015-07-01", "2018-01-01-preview", "2022-04-01", "2022-05-01-preview", "2023-07-01-preview"],
  permissions: ["2015-07-01", "2018-01-01-preview", "2022-04-01", "2022-05-01-preview"],
};

/** Refuses an api-version that the path's type does not have. Other code refuses unknown types. */
export const checkApiVersion: MiddlewareHandler<ResourceEnv> = async (c, next) => {
  const refusal = refusalOf(c, c.req.query("api-version") ?? "");
  if (refusal !== undefined) throw refusal;
  await next();
};

/** Whether a new vault uses roles by default ("Prepare for Key Vault API version 2026-02-01"). */
export const makesVaultsByRoles = (c: ResourceContext): boolean => (c.req.query("api-version") ?? "") >= byRoles;

function refusalOf(c: ResourceContext, version: string): ResourceError | undefined {
  const { context } = c.var;
  const segments = c.req.path.split("/").slice(1);
  const [namespace = "", ...rest] = segments.slice(segments.lastIndexOf("providers") + 1);
  // The result of a long operation has the version of the request that started it.
  if (segments[2] === "operationresults") return undefined;
  const isOwn = !segments.includes("providers") || rest.length === 0 || rest[0] === "register";
  if (isOwn) return ownVersions.includes(version) ? undefined : invalidVersion(version);
  const type = rest.filter((_, index) => index % 2 === 0).join("/");
  const ofProvider = providerVersions(context.clock.now())[namespace];
  const versions = ofProvider ?? authorizationVersions[type];
  const [, region = "", isIn] = /\/locations\/([^/]+)(\/)/u.exec(c.req.path) ?? [];
  const isKnown = isIn === undefined || regionsOf(context.cloud).includes(normalLocation(region));
  if (versions === undefined || (versions.includes(version) && isKnown)) return undefined;
  // Resource Manager's own versions are known from its refusals; a provider may have newer ones.
  if (ofProvider !== undefined && isNewer(c, context, version, versions)) return undefined;
  const isOne = rest.length % 2 === 0 && ofProvider !== undefined;
  return isOne
    ? unregistered(locationOf(c, segments), version, type, { versions, regions: regionsOf(context.cloud) })
    : unknownType(namespace, type, version, versions);
}

function invalidVersion(version: string): ResourceError {
  const supported = `The supported versions are '${ownVersions.join(",")}'.`;
  return new ResourceError(400, "InvalidApiVersionParameter", `The api-version '${version}' is invalid. ${supported}`);
}

function unknownType(namespace: string, type: string, version: string, versions: readonly string[]): ResourceError {
  return new ResourceError(
    404,
    "InvalidResourceType",
    `The resource type '${type}' could not be found in the namespace '${namespace}' for api version '${version}'. ` +
      `The supported api-versions are '${versions.join(",")}'.`,
  );
}

function unregistered(
  location: string,
  version: string,
  type: string,
  { versions, regions }: { versions: readonly string[]; regions: readonly string[] },
): ResourceError {
  return new ResourceError(
    400,
    "NoRegisteredProviderFound",
    `No registered resource provider found for location '${location}' and API version '${version}' for type '${type}'. ` +
      `The supported api-versions are '${versions.join(", ")}'. The supported locations are '${regions.join(", ")}'.`,
  );
}

/** Where a resource is: its own location in the path, or that of its group. */
function locationOf(c: ResourceContext, segments: readonly string[]): string {
  const named = segments.indexOf("locations");
  if (named !== -1) return normalLocation(segments[named + 1] ?? "");
  const [, subscriptionId = "", , group = ""] = segments;
  const subscription = c.var.tenant.subscriptions.get(subscriptionId.toLowerCase());
  const location = subscription?.resourceGroups.get(group.toLowerCase())?.["location"];
  return typeof location === "string" ? location : "";
}
