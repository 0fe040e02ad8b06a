/** The customers whose access is not as declared, for an issue and a channel. */
import { type Command, partsOf } from "../../lib/errors/failure";
import { harmlessLine } from "../../lib/errors/harmless";
import { commandLine, textOf } from "../../lib/errors/text";
import { EntraError } from "../../lib/oauth/aadsts";
import { customerEntry } from "../../lib/oauth/aadsts-codes/customer";
import type { Customer } from "../../lib/partner-center/customers";
import type { IssueReport } from "../report/issue";
import { cell, code, table } from "../report/markdown";
import { Reporter, type TellOptions, type Told } from "../report/reporter";
import { CustomerConsentError, CustomerNameError } from "./errors";
import { customersOf } from "./table";
import type { Finding, Verdict } from "./verdict";

export interface Row {
  /** unknown: this run could not check the customer. */
  kind: Finding["kind"] | "lost" | "unknown";
  tenantId: string;
  name: string;
  /** One line, with the fixes. */
  text: string;
  /** The same at each look. */
  fingerprint: string;
}

/** Whose customers, and the command that shows all of them. */
export interface About {
  partnerTenant: string;
  applicationId: string;
  /** The file that names them; undefined: all of the partner's. */
  list: string | undefined;
  all: Command;
}

export class CustomersReport {
  readonly #rows: Row[] = [];
  readonly #reporter: Reporter;

  /** @throws UsageError now, not after the work */
  constructor(options: TellOptions, environment: NodeJS.ProcessEnv) {
    this.#reporter = new Reporter(options, environment);
  }

  found(customer: Customer, { findings = [] }: Verdict): void {
    for (const { kind, text } of findings) this.#add(kind, customer, text, text);
  }

  failed(customer: Partial<Customer>, error: unknown): void {
    const { what } = partsOf(error);
    this.#add(isOfCustomer(error) ? "lost" : "unknown", customer, textOf(partsOf(error)), what);
  }

  /** Those that fail nothing, by tenant. */
  get findings(): Row[] {
    return this.#sorted().filter(({ kind }) => kind === "changed" || kind === "ends");
  }

  /** @param isWhole whether all customers were looked at */
  async tell(about: About, isWhole: boolean): Promise<Told> {
    const rows = this.#sorted();
    const message = { title: titleOf(about, rows), lines: rows.map(lineOf) };
    return await this.#reporter.tell(issueOf(about, rows, isWhole), rows.length === 0 ? undefined : message);
  }

  #add(kind: Row["kind"], { tenantId = "", name = "", domain = "" }: Partial<Customer>, text: string, same: string) {
    const named = harmlessLine(name === "" ? domain : name);
    this.#rows.push({ kind, tenantId, name: named, text: harmlessLine(text), fingerprint: same });
  }

  #sorted(): Row[] {
    return this.#rows.toSorted((one, other) => (one.tenantId + one.kind < other.tenantId + other.kind ? -1 : 1));
  }
}

/** Whether a failure shows what is the matter with a customer: an outage does not, nor does the partner's own token. */
function isOfCustomer(error: unknown): boolean {
  if (error instanceof EntraError) return customerEntry(error.aadsts, error.remedy) !== undefined;
  return error instanceof CustomerConsentError || error instanceof CustomerNameError;
}

/** For people, and for a channel. */
export const lineOf = ({ kind, tenantId, name, text }: Row): string =>
  `${kind} ${[tenantId, name].filter((one) => one !== "").join(" ")}: ${text}`;

const isKnown = ({ kind }: Row): boolean => kind !== "unknown";

function titleOf({ partnerTenant }: About, rows: readonly Row[]): string {
  const count = (some: readonly Row[]) => customersOf(new Set(some.map(({ tenantId, name }) => tenantId || name)).size);
  const known = rows.filter(isKnown);
  return known.length === 0
    ? `Partner ${partnerTenant}: ${count(rows)} could not be checked`
    : `Partner ${partnerTenant}: the access to ${count(known)} is lost, has changed or ends soon`;
}

function issueOf(about: About, rows: readonly Row[], isWhole: boolean): IssueReport {
  const { partnerTenant, applicationId, list = "", all } = about;
  const head = ["| what | tenant | customer | what is wrong, and what helps |", "| --- | --- | --- | --- |"];
  const cells = rows.map(({ kind, tenantId, name, text }) => [kind, tenantId, name, text].map(cell));
  return {
    label: "customers",
    of: "partner",
    name: `${partnerTenant} ${applicationId} ${list}`.trim(),
    title: titleOf(about, rows),
    body: [`By application ${code(applicationId)}:`, table(head, cells, commandLine(all))].join("\n\n"),
    findings: rows.filter(isKnown).map(({ kind, tenantId, fingerprint }) => `${kind} ${tenantId} ${fingerprint}`),
    isWhole: isWhole && rows.every(isKnown),
    texts: {
      changed: `This has changed: ${titleOf(about, rows)}.`,
      gone: "The access to all customers is as declared again",
      kept: "every check of the customers, and closed by the first that finds nothing",
    },
  };
}
