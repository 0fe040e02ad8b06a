/** What each command hands to the reporter, of a stack and what is wrong there: the commands' own tests hold these against real ones. */
import { lookOf as driftLook } from "../../../cli/drift/look";
import { lookOf as jobLook } from "../../../cli/report-jobs/job";
import type { Look } from "../../../cli/report/look";
import { lookOf as vaultLook } from "../../../cli/status/look";
import type { JudgedToken } from "../../../cli/status/verdicts";
import { CustomersReport } from "../../../cli/customers/report";
import { CustomerError } from "../../../cli/terminal/exit-code";
import { ownCommand } from "../../../lib/errors/failure";

export interface Wrong {
  /** Of a resource, a token, a customer, a step. */
  name: string;
  /** In words that may differ from run to run. */
  words: string;
}

export interface Seen {
  stack: string;
  wrong?: readonly Wrong[];
  /** What could not be read. */
  unknown?: readonly string[];
}

const drift = ({ stack, wrong = [], unknown = [] }: Seen): Look =>
  driftLook({
    ...{ stack, consequences: [], unreadable: [...unknown] },
    drift: wrong.map(({ name, words }) => ({
      ...{ state: "failed", what: "", resource: "azuread.Application partner", urn: "u", property: name },
      ...{ declared: null, live: "x", fixes: [{ text: words }] },
    })),
  });

const token = ({ stack, wrong = [], unknown = [] }: Seen): Look => {
  const of = (state: string) => (one: Wrong) => ({ state, name: one.name, health: "refused", what: one.words });
  const failed = wrong.map(of("failed"));
  const tokens = [...failed, ...unknown.map((name) => of("unknown")({ name, words: "" }))];
  return vaultLook(`https://${stack}.vault.azure.net`, { tokens: tokens as JudgedToken[], credentials: [] }, undefined);
};

const customers = ({ stack, wrong = [], unknown = [] }: Seen): Look => {
  const all = ownCommand("customers", "check");
  const about = { partnerTenant: stack, applicationId: "a", list: undefined, all };
  const report = new CustomersReport(undefined as never, about);
  for (const { name, words } of wrong)
    report.failed({ tenantId: name, name: words }, new CustomerError("customer-consent-absent", words));
  for (const name of unknown) report.failed({ tenantId: name }, new Error("an outage"));
  return report.look(true);
};

/** A job that did not run is one that nothing is known of. */
const failure = ({ stack, wrong: [wrong] = [], unknown = [] }: Seen): Look =>
  jobLook({
    ...{ workflow: "Partner", name: `drift / ${stack}`, url: wrong?.words ?? "https://github.example/1" },
    outcome: wrong !== undefined ? "failed" : unknown.length > 0 ? "other" : "succeeded",
    step: wrong?.name,
  });

export const kinds = { drift, token, customers, failure } as const;
