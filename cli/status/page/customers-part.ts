/** The result of `customers check --json` or `customers list --json`. */
import { markup } from "../../../lib/errors/markup";
import { andMore, day, section, table } from "./elements";
import { type Action, failedPart, isFailed, type Part, shown } from "./part";
import type { CustomersCheck, CustomersList, FailedCommand } from "./report-shapes";
import { countOf } from "./words";

/** @param index of the report, if there are several */
export function customersPart(report: CustomersCheck | CustomersList | FailedCommand, index: number): Part {
  if (isFailed(report)) return failedPart("Customers could not be checked", report);
  const id = `customers-${index}`;
  return Array.isArray(report) ? listPart(report, id) : checkPart(report, id);
}

/** What works now, and differs or ends soon. */
function differingOf({ findings = [] }: CustomersCheck): Action[] {
  if (findings.length === 0) return [];
  const named = findings.slice(0, shown);
  const count = new Set(findings.map(({ tenantId }) => tenantId)).size;
  return [
    {
      state: "warning",
      title: `The access to ${countOf(count, "customer")} has changed or ends soon`,
      said: named.map(({ tenantId, name, what }) => ({ name: name === "" ? tenantId : name, text: what })),
      more: findings.length - named.length,
      fixes: [],
    },
  ];
}

function checkPart(report: CustomersCheck, id: string): Part {
  const { applicationId, outcomes, failed, left, reasons, failures } = report;
  const good = Object.values(outcomes).reduce((sum, one) => sum + one, 0);
  const all = good + failed + left;
  const named = reasons.slice(0, shown);
  const notBegun = left === 0 ? [] : [`${countOf(left, "customer")} not checked.`];
  const file = failures === "" ? [] : [`Each failure and its fix: ${failures}`];
  const of = countOf(all, "customer");
  const title = `${failed.toLocaleString("en-US")} of ${of} could not be redeemed for`;
  const text = `${good.toLocaleString("en-US")} of ${of} OK`;
  return {
    facts: [{ state: failed > 0 ? "failed" : left > 0 ? "unknown" : "ok", text, section: failed > 0 ? id : undefined }],
    actions: [
      ...(failed + left === 0
        ? []
        : [
            {
              state: failed > 0 ? ("failed" as const) : ("unknown" as const),
              title: failed > 0 ? title : `${countOf(left, "customer")} not checked`,
              said: [...(failed > 0 ? notBegun : []), ...file].map((one) => ({ text: one })),
              more: 0,
              fixes: [],
            },
          ]),
      ...differingOf(report),
    ],
    sections:
      failed === 0
        ? []
        : [
            section(
              id,
              "Customers that could not be redeemed for",
              markup`<p class="soft">Application <code>${applicationId}</code></p>${table(
                ["Reason", "Customers"],
                named.map(({ reason, count }) => [reason, count.toLocaleString("en-US")]),
              )}${andMore(reasons.length - named.length, "secure-app-model customers check counts them all")}`,
            ),
          ],
  };
}

/** Number of relationships whose ends are shown. */
const next = 10;

/** The relationships (GDAP) that end next: they are not renewed automatically, unless that was agreed upon with the customer. */
function listPart(customers: CustomersList, id: string): Part {
  const active = customers
    .flatMap(({ domain, name, access }) =>
      (access?.relationships ?? []).map((one) => ({ ...one, customer: name === "" ? domain : name })),
    )
    .filter(({ status, endsOn }) => status === "active" && !Number.isNaN(Date.parse(endsOn)))
    .toSorted((one, other) => Date.parse(one.endsOn) - Date.parse(other.endsOn));
  const unknown = customers.filter(({ access }) => (access?.problems.length ?? 0) > 0).length;
  const problems = unknown === 0 ? "" : `, ${unknown.toLocaleString("en-US")} of which could not be checked`;
  const text = `${countOf(customers.length, "customer")}${problems}`;
  const rows = active.slice(0, next);
  return {
    facts: [{ state: unknown > 0 ? "unknown" : "ok", text, section: rows.length > 0 ? id : undefined }],
    actions: [],
    sections:
      rows.length === 0
        ? []
        : [
            section(
              id,
              "Relationships with customers",
              markup`<p class="soft">Granular ones (GDAP) that are active; those that end first</p>${table(
                ["Customer", "Relationship", "Ends"],
                rows.map(({ customer, name, endsOn }) => [customer, name, day(new Date(endsOn))]),
              )}${andMore(active.length - rows.length, "secure-app-model customers list --access names them all")}`,
            ),
          ],
  };
}
