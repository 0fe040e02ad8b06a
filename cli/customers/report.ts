/** Report of the customers whose access is not as declared, for an issue and a webhook. */
import { type Command, partsOf } from "../../lib/errors/failure";
import { harmlessLine } from "../../lib/errors/harmless";
import { EntraError } from "../../lib/oauth/aadsts";
import { customerEntry } from "../../lib/oauth/aadsts-codes/customer";
import type { Customer } from "../../lib/partner-center/customers";
import { type Finding, findingDocument, type Reported } from "../report/finding";
import { isKnown, type Look, type Subject } from "../report/look";
import { code, findingsTable } from "../report/markdown";
import type { Reporter, Told } from "../report/reporter";
import { CustomerError } from "../terminal/exit-code";
import type { CustomerResult } from "./consent-one";
import { customersOf } from "./selection";

export interface About {
  partnerTenant: string;
  applicationId: string;
  /** The file that names the customers; undefined: all of the partner's. */
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

  /** Warnings, by tenant. */
  get findings(): Reported[] {
    return this.#sorted().filter(({ state }) => state === "warning");
  }

  async tell(isWhole: boolean): Promise<Told> {
    return await this.reporter.tell([this.look(isWhole)]);
  }

  /** @param isWhole whether all customers were checked */
  look(isWhole: boolean): Look {
    const { partnerTenant, applicationId, list = "", all } = this.about;
    const findings = this.#sorted();
    const known = findings.filter(isKnown);
    const unknown =
      findings.length === 0 ? "access to all is as declared" : `${countOf(findings)} could not be checked`;
    const table = findingsTable(["tenant", "customer", "access"], findings, all);
    return {
      ...customersOfPartner(partnerTenant, applicationId, list),
      first: known.length === 0 ? unknown : `access to ${countOf(known)} is lost, has changed or ends soon`,
      body: `By application ${code(applicationId)}${findings.length === 0 ? " all is as declared." : `:\n\n${table}`}`,
      findings,
      isWhole,
    };
  }

  #add({ tenantId = "", name = "", domain = "" }: Partial<Customer>, kind: string, finding: Finding) {
    // The name is no part of the key, because it can change; a consent that becomes wider still is a new finding.
    const key = [tenantId === "" ? name : tenantId, kind, kind === "changed" ? finding.what : ""];
    this.#findings.push({ ...finding, about: [tenantId, harmlessLine(name === "" ? domain : name), kind], key });
  }

  #sorted(): Reported[] {
    const key = ({ about: [tenantId = "", , kind = ""] }: Reported) => tenantId + kind;
    return this.#findings.toSorted((one, other) => (key(one) < key(other) ? -1 : 1));
  }
}

export const customersOfPartner = (tenant: string, ...rest: readonly string[]): Subject => ({
  ...{ label: "customers", of: "partner", name: [tenant, ...rest].join(" ").trim() },
  title: `Customers of partner ${tenant}`.trim(),
});

export const customerDocument = ({ about: [tenantId, name, kind], ...finding }: Reported): object => ({
  kind,
  tenantId,
  name,
  ...findingDocument(finding),
});

/** False for outages and for errors of the partner's own token. */
function isOfCustomer(error: unknown): boolean {
  if (error instanceof EntraError) return customerEntry(error.aadsts, error.remedy) !== undefined;
  return error instanceof CustomerError;
}

const countOf = (findings: readonly Reported[]): string =>
  customersOf(new Set(findings.map(({ about: [tenantId, name] }) => (tenantId === "" ? name : tenantId))).size);
