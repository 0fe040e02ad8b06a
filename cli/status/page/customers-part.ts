/** The result of `customers check --json` or `customers list --json`. */
import { markup } from "../../../lib/errors/markup";
import type { State } from "../../report/finding";
import { andMore, day, table } from "./elements";
import { type Action, type Part, shown } from "./part";
import type { CustomersCheck, CustomersList } from "./reports";
import { countOf, numberText } from "./words";

/** @param index of the report, if there are several */
export const customersPart = (report: CustomersCheck | CustomersList, index: number): Part =>
  Array.isArray(report) ? listPart(report, `customers-${index}`) : checkPart(report, `customers-${index}`);

function checkPart(report: CustomersCheck, id: string): Part {
  const { applicationId, outcomes, failed, left, reasons, failures } = report;
  const good = Object.values(outcomes).reduce((sum, one) => sum + one, 0);
  const of = countOf(good + failed + left, "customer");
  const state: State = failed > 0 ? "failed" : left > 0 ? "unknown" : "ok";
  const fact = { state, text: `${numberText(good)} of ${of} OK` };
  const actions = differingOf(report);
  const notChecked = `${countOf(left, "customer")} not checked`;
  const file = failures === "" ? [] : [{ text: `Each failure and its fix: ${failures}` }];
  if (failed === 0)
    return { fact, actions: left === 0 ? actions : [{ state, title: notChecked, said: file }, ...actions] };
  const title = `No access to ${numberText(failed)} of ${of}`;
  const said = [...(left === 0 ? [] : [{ text: `${notChecked}.` }]), ...file];
  const named = reasons.slice(0, shown).map(({ reason, count }) => [reason, numberText(count)] as const);
  const content = markup`<p class="soft">Application <code>${applicationId}</code></p>${table(["Reason", "Customers"], named)}${andMore(reasons.length - named.length, "secure-app-model customers check counts them all")}`;
  return {
    fact,
    actions: [{ state, title, said }, ...actions],
    section: { id, title: "Customers without access", content },
  };
}

/** What works now, and differs or ends soon. */
function differingOf({ findings = [] }: CustomersCheck): Action[] {
  if (findings.length === 0) return [];
  const reasons = [...Map.groupBy(findings, ({ what }) => what)];
  const said = reasons.slice(0, shown).map(([text, all]) => ({
    text,
    names: all.map(({ tenantId, name }) => (name === "" ? tenantId : name)),
  }));
  const count = new Set(findings.map(({ tenantId }) => tenantId)).size;
  return [
    {
      state: "warning",
      title: `Access to ${countOf(count, "customer")} has changed or ends soon`,
      said,
      more: reasons.slice(shown).reduce((sum, [, all]) => sum + all.length, 0),
    },
  ];
}

/** Number of relationships whose ends are shown. */
const next = 10;

/** The relationships (GDAP) that end next: not renewed automatically, unless the customer has agreed. */
function listPart(customers: CustomersList, id: string): Part {
  const active = customers
    .flatMap(({ domain, name, access }) =>
      (access?.relationships ?? []).map((one) => ({ ...one, customer: name === "" ? domain : name })),
    )
    .filter(({ status, endsOn }) => status === "active" && !Number.isNaN(Date.parse(endsOn)))
    .toSorted((one, other) => Date.parse(one.endsOn) - Date.parse(other.endsOn));
  const unknown = customers.filter(({ access }) => (access?.problems.length ?? 0) > 0).length;
  const problems = unknown === 0 ? "" : `, ${numberText(unknown)} of which could not be checked`;
  const state = unknown > 0 ? "unknown" : "ok";
  const fact = { state, text: `${countOf(customers.length, "customer")}${problems}` } as const;
  if (active.length === 0) return { fact };
  const rows = active
    .slice(0, next)
    .map(({ customer, name, endsOn }) => [customer, name, day(new Date(endsOn))] as const);
  const content = markup`<p class="soft">Granular ones (GDAP) that are active; those that end first</p>${table(["Customer", "Relationship", "Ends"], rows)}${andMore(active.length - rows.length, "secure-app-model customers list --access names them all")}`;
  return { fact, section: { id, title: "Relationships with customers", content } };
}
