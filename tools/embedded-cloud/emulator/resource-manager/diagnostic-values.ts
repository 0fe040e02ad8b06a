/** A diagnostic setting in requests. Sources: the specification, "Diagnostic settings in Azure Monitor". */
import * as v from "valibot";
import { strictObject } from "../strict-json";
import { echoed } from "./body";
import { badRequest } from "./errors";

const text = v.nullish(v.string());
const retentionPolicy = v.nullish(strictObject({ enabled: v.boolean(), days: v.pipe(v.number(), v.integer()) }));

/** Destinations that Azure Monitor has, but not this emulator. */
export const otherDestinations = ["eventHubAuthorizationRuleId", "marketplacePartnerId", "serviceBusRuleId"] as const;

// eslint-disable-next-line @typescript-eslint/explicit-module-boundary-types -- a schema has no shorter type than itself
export const diagnosticBody = (id: string, type: string) =>
  strictObject({
    ...echoed(id, type),
    properties: strictObject({
      workspaceId: text,
      storageAccountId: text,
      eventHubName: text,
      logAnalyticsDestinationType: text,
      ...v.entriesFromList(otherDestinations, text),
      logs: v.nullish(
        v.array(strictObject({ category: text, categoryGroup: text, enabled: v.boolean(), retentionPolicy })),
      ),
      metrics: v.nullish(
        v.array(strictObject({ category: text, timeGrain: text, enabled: v.boolean(), retentionPolicy })),
      ),
    }),
  });

export type DiagnosticValues = v.InferOutput<ReturnType<typeof diagnosticBody>>["properties"];
type Log = NonNullable<DiagnosticValues["logs"]>[number];

/** Source: "Supported logs for Microsoft.KeyVault/vaults". Unverified: which group has which category. */
const categories = ["AuditEvent", "AzurePolicyEvaluationDetails"];
const groups: Readonly<Record<string, readonly string[]>> = { audit: ["AuditEvent"], allLogs: categories };
const metricCategory = "AllMetrics";

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
const membersOf = (group: string): readonly string[] | undefined =>
  Object.entries(groups).find(([name]) => same(name, group))?.[1];

/** @throws ResourceError for categories that a vault does not have, and for categories beside groups */
export function checkCategories({ logs, metrics }: DiagnosticValues): void {
  const named = (logs ?? []).map(({ category, categoryGroup }) => ({ category, categoryGroup }));
  if (named.some(({ category }) => category) && named.some(({ categoryGroup }) => categoryGroup))
    throw badRequest("Diagnostic setting does not support mix of log category and log category group.");
  for (const { category, categoryGroup } of named) {
    if (categoryGroup && membersOf(categoryGroup) === undefined)
      throw badRequest(`Category group '${categoryGroup}' is not supported.`);
    if (!categoryGroup && !categories.some((known) => same(known, category ?? "")))
      throw badRequest(`Category '${category ?? ""}' is not supported.`);
  }
  const other = (metrics ?? []).find(({ category }) => !same(category ?? "", metricCategory));
  if (other !== undefined) throw badRequest(`Metric category '${other.category ?? ""}' is not supported.`);
}

/** The categories that a setting sends, those of its groups included. */
export const sentBy = ({ logs }: Pick<DiagnosticValues, "logs">): string[] =>
  (logs ?? [])
    .filter(({ enabled }) => enabled)
    .flatMap(({ category, categoryGroup }) => (categoryGroup ? (membersOf(categoryGroup) ?? []) : [category ?? ""]));

/** Properties in the form of responses: categories that the request leaves out are there, disabled. */
export function propertiesOf({ logs, metrics, ...given }: DiagnosticValues): Record<string, unknown> {
  const none = { enabled: false, days: 0 };
  const logOf = ({ category, categoryGroup, enabled, retentionPolicy: policy }: Log) => ({
    ...{ category: category ?? null, categoryGroup: categoryGroup ?? null },
    ...{ enabled, retentionPolicy: policy ?? none },
  });
  const isByGroup = (logs ?? []).some(({ categoryGroup }) => categoryGroup);
  const others = categories.filter((name) => !(logs ?? []).some(({ category }) => same(category ?? "", name)));
  const missing = isByGroup ? [] : others.map((category) => ({ category, enabled: false }));
  const [metric] = metrics ?? [];
  return {
    ...Object.fromEntries(Object.entries(given).map(([name, value]) => [name, value ?? null])),
    logs: [...(logs ?? []), ...missing].map(logOf),
    metrics: [
      {
        ...{ timeGrain: metric?.timeGrain ?? null, enabled: metric?.enabled ?? false },
        ...{ retentionPolicy: metric?.retentionPolicy ?? none, category: metricCategory },
      },
    ],
  };
}
