/**
 * What the page shows of the JSON of our other commands, and of `gh run list`.
 * @see https://cli.github.com/manual/gh_run_list
 */
import * as v from "valibot";
import { cloudNames } from "../../../lib/config/clouds";
import type { Value } from "../../drift/differences";
import { states } from "../../report/finding";
import { healths } from "./words";

const text = v.nullish(v.string(), "");
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const texts = v.optional(v.array(v.string()), []);
const isoTime = v.pipe(
  v.string(),
  v.check((said) => !Number.isNaN(Date.parse(said)), "is no time"),
);
/** null: not there. */
const value = v.custom<Value | null>((found) => found === null || isValue(found), "is no value of a property");
/** Its commands as data as well: one is to be about the vault of its report, wherever the page is read. */
const command = v.object({
  line: v.string(),
  program: v.optional(v.string()),
  args: v.optional(v.pipe(v.array(v.string()), v.readonly())),
  into: v.optional(v.unknown()),
});
const fix = v.object({ text: v.string(), commands: v.optional(v.array(command), []) });
const fixes = v.optional(v.array(fix), []);
const failedCommand = v.object({ error: v.object({ what: v.string(), why: text, fixes }) });

const finding = v.object({
  resource: v.string(),
  property: v.string(),
  declared: value,
  live: value,
  adopted: v.optional(v.literal(true)),
});
const driftReport = v.object({
  stack: v.string(),
  findings: v.array(finding),
  fixes,
  unreadable: texts,
  others: v.optional(v.array(finding), []),
  rotationDue: v.optional(v.object({ since: v.string(), isOverdue: v.boolean(), fix: v.optional(fix) })),
});

const customersCheck = v.object({
  applicationId: v.string(),
  outcomes: v.record(v.string(), count),
  failed: count,
  left: count,
  reasons: v.array(v.object({ reason: v.string(), count })),
  failures: text,
  findings: v.optional(v.array(v.object({ tenantId: v.string(), name: text, what: v.string() }))),
});
const relationship = v.object({ name: text, status: v.string(), endsOn: text });
const customersList = v.array(
  v.object({
    tenantId: v.string(),
    domain: text,
    name: text,
    access: v.optional(v.object({ relationships: v.nullish(v.array(relationship), []), problems: texts })),
  }),
);

/** "" for none. */
const end = v.union([v.literal(""), isoTime]);
const judgement = {
  name: v.string(),
  state: v.picklist(states),
  health: v.picklist(healths),
  expiresOn: end,
  what: v.string(),
  why: v.nullish(v.string(), null),
  fixes,
};
const probe = v.object({ redeemed: v.boolean(), isMfaCompliant: v.nullable(v.boolean()) });
const statusReport = v.object({
  vault: v.pipe(
    v.string(),
    v.check((said) => URL.parse(said)?.protocol === "https:", "is no https address"),
  ),
  cloud: v.picklist(cloudNames),
  checkedOn: isoTime,
  warnDays: count,
  failDays: count,
  tokens: v.array(v.object({ ...judgement, tenant: v.string(), account: v.string(), probe: v.nullable(probe) })),
  clientSecrets: v.array(v.object({ ...judgement, inUse: v.boolean() })),
});

const runList = v.array(
  v.object({
    workflowName: text,
    name: text,
    displayTitle: text,
    status: v.string(),
    conclusion: text,
    createdAt: isoTime,
    url: text,
  }),
);

/** Without this choice the complaints would be of both shapes. */
const orFailed = <T extends v.GenericSchema>(shape: T) =>
  v.lazy((found) => (isObject(found) && isFailed(found) ? failedCommand : shape));

export type Kind<T> = ReturnType<typeof kind<T>>;

/** @param option that names its files @param origin what prints it */
const kind = <T>(option: string, origin: string, shape: v.GenericSchema<unknown, T>) => ({ option, origin, shape });

export const kinds = {
  drift: kind("--drift-report", "what the command drift prints as JSON", orFailed(driftReport)),
  customers: kind(
    "--customers-report",
    "what customers check (of more than one customer) or customers list prints as JSON",
    v.lazy((found) => (Array.isArray(found) ? customersList : orFailed(customersCheck))),
  ),
  status: kind("--status-report", "what the command status prints as JSON", orFailed(statusReport)),
  runs: kind("--runs", "what gh run list prints as JSON, with status and createdAt", runList),
};

export type FailedCommand = v.InferOutput<typeof failedCommand>;
export type DriftReport = v.InferOutput<typeof driftReport>;
export type CustomersCheck = v.InferOutput<typeof customersCheck>;
export type CustomersList = v.InferOutput<typeof customersList>;
export type StatusReport = v.InferOutput<typeof statusReport>;
export type Run = v.InferOutput<typeof runList>[number];
/** Of another run. */
export type ReportedFix = v.InferOutput<typeof fix>;

export const isFailed = (report: object): report is FailedCommand => "error" in report;

const isObject = (found: unknown): found is object => typeof found === "object" && found !== null;

const isValue = (found: unknown): boolean =>
  isObject(found) ? Object.values(found).every(isValue) : ["string", "number", "boolean"].includes(typeof found);
