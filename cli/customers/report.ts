/** The customers whose access is not as declared, for an issue and a channel. */
import { type Command, partsOf } from "../../lib/errors/failure";
import { harmlessLine } from "../../lib/errors/harmless";
import { EntraError } from "../../lib/oauth/aadsts";
import { customerEntry } from "../../lib/oauth/aadsts-codes/customer";
import type { Customer } from "../../lib/partner-center/customers";
import { type Finding, findingDocument, type Reported } from "../report/finding";
import { isKnown } from "../report/issue";
import { code, findingsTable } from "../report/markdown";
import type { Reporter, Told } from "../report/reporter";
import { CustomerConsentError, CustomerNameError } from "../terminal/exit-code";
import type { CustomerResult } from "./consent-one";
import { customersOf } from "./selection";

export interface About {
  partnerTenant: string;
  applicationId: string;
  /** The file that names them; undefined: all of the partner's. */
  list: string | undefined;
  all: Command;
}

export class CustomersReport {
  readonly #findings: Reported[] = [];

  constructor(
    private readonly reporter: Reporter,
    private readonly about: About,
  ) {}

  found(customer: Customer, { findings = [] }: CustomerResult): void {
    for (const { kind, ...finding } of findings) this.#add(customer, kind, finding);
  }

  failed(customer: Partial<Customer>, error: unknown): void {
    const { what, why, fixes } = partsOf(error);
    const [kind, state] = isOfCustomer(error) ? (["lost", "failed"] as const) : (["unknown", "unknown"] as const);
    this.#add(customer, kind, { state, what, why, fixes });
  }

  /** Those that fail nothing, by tenant. */
  get findings(): Reported[] {
    return this.#sorted().filter(({ state }) => state === "warning");
  }

  /** @param isWhole whether all customers were looked at */
  async tell(isWhole: boolean): Promise<Told> {
    const { partnerTenant, applicationId, list = "", all } = this.about;
    const findings = this.#sorted();
    const known = findings.filter(isKnown);
    const what =
      known.length === 0
        ? `${countOf(findings)} could not be checked`
        : `access to ${countOf(known)} is lost, has changed or ends soon`;
    const title = `Partner ${partnerTenant}: ${what}`;
    const table = findingsTable(["tenant", "customer", "access"], findings, all);
    return await this.reporter.tell({
      label: "customers",
      of: "partner",
      name: `${partnerTenant} ${applicationId} ${list}`.trim(),
      title,
      body: `By application ${code(applicationId)}:\n\n${table}`,
      findings,
      isWhole,
      texts: {
        changed: `This has changed: ${title}.`,
        gone: "Access to all customers is as declared again",
        kept: "every check of the customers, and closed by the first that finds nothing",
      },
    });
  }

  #add({ tenantId = "", name = "", domain = "" }: Partial<Customer>, kind: string, finding: Finding) {
    this.#findings.push({ ...finding, about: [tenantId, harmlessLine(name === "" ? domain : name), kind] });
  }

  #sorted(): Reported[] {
    const key = ({ about: [tenantId = "", , kind = ""] }: Reported) => tenantId + kind;
    return this.#findings.toSorted((one, other) => (key(one) < key(other) ? -1 : 1));
  }
}

export const customerDocument = ({ about: [tenantId, name, kind], ...finding }: Reported): object => ({
  kind,
  tenantId,
  name,
  ...findingDocument(finding),
});

/** An outage is not about a customer, nor is the partner's own token. */
function isOfCustomer(error: unknown): boolean {
  if (error instanceof EntraError) return customerEntry(error.aadsts, error.remedy) !== undefined;
  return error instanceof CustomerConsentError || error instanceof CustomerNameError;
}

const countOf = (findings: readonly Reported[]): string =>
  customersOf(new Set(findings.map(({ about: [tenantId, name] }) => (tenantId === "" ? name : tenantId))).size);
