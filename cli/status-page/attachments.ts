/**
 * What other commands have found, out of files: `drift --json`, `customers check --json` or `customers list --json`, and
 * `gh run list --json …` (https://cli.github.com/manual/gh_run_list). A file that cannot be read takes nothing from the page but its own part.
 */
import * as v from "valibot";
import { reportFileBytes } from "../../config/limits";
import { partsOf, sentence } from "../../errors/failure";
import { harmlessLine } from "../../errors/harmless";
import type { Step } from "../../errors/markup";
import { readTextFile } from "../customers/text-file";
import type { Value } from "../drift/differences";
import { UsageError } from "../exit-code";
import type { Part } from "./part";

export interface AttachmentOptions {
  driftReport?: string[];
  customersReport?: string[];
  runs?: string[];
}

const text = v.nullish(v.string(), "");
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const texts = v.optional(v.array(v.string()), []);
/** null: not there. */
const value = v.pipe(
  v.unknown(),
  v.check((found) => found === null || isValue(found), "is no value of a property"),
  v.transform((found) => found as Value | null),
);
const fix = v.object({ text: v.string(), commands: v.optional(v.array(v.object({ line: v.string() })), []) });
const failed = v.object({ error: v.object({ what: v.string(), why: text, fixes: v.optional(v.array(fix), []) }) });

const finding = v.object({
  resource: v.string(),
  urn: text,
  property: v.string(),
  declared: value,
  live: value,
  adopted: v.optional(v.literal(true)),
});
const driftReport = v.object({
  stack: v.string(),
  findings: v.array(finding),
  fixes: v.optional(v.array(fix), []),
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

const isoTime = v.pipe(
  v.string(),
  v.check((said) => !Number.isNaN(Date.parse(said)), "is no time"),
);
const runList = v.array(
  v.object({
    workflowName: text,
    name: text,
    displayTitle: text,
    headBranch: text,
    event: text,
    status: v.string(),
    conclusion: text,
    createdAt: isoTime,
    url: text,
  }),
);

export type FailedCommand = v.InferOutput<typeof failed>;
export type DriftReport = v.InferOutput<typeof driftReport>;
export type CustomersCheck = v.InferOutput<typeof customersCheck>;
export type CustomersList = v.InferOutput<typeof customersList>;
export type Run = v.InferOutput<typeof runList>[number];
export type ReportedFix = v.InferOutput<typeof fix>;

export interface Attachments {
  drift: (DriftReport | FailedCommand)[];
  customers: (CustomersCheck | CustomersList | FailedCommand)[];
  /** Undefined where no list of runs was given. */
  runs: Run[] | undefined;
  /** Of the files that are not what they should be. */
  problems: UsageError[];
}

export const noAttachments: Attachments = { drift: [], customers: [], runs: undefined, problems: [] };

export function readAttachments({
  driftReport: drift = [],
  customersReport = [],
  runs,
}: AttachmentOptions): Attachments {
  const problems: UsageError[] = [];
  const read = <T>(option: string, files: readonly string[], shape: v.GenericSchema<unknown, T>, origin: string): T[] =>
    files.flatMap((file) => {
      try {
        return [parsed(option, file, shape, origin)];
      } catch (error) {
        problems.push(error instanceof UsageError ? error : unlike(option, file, partsOf(error).what, origin));
        return [];
      }
    });
  return {
    drift: read("--drift-report", drift, v.union([failed, driftReport]), "what the command drift prints as JSON"),
    customers: read(
      "--customers-report",
      customersReport,
      v.union([failed, customersCheck, customersList]),
      "what customers check (of more than one customer) or customers list prints as JSON",
    ),
    runs:
      runs === undefined
        ? undefined
        : read("--runs", runs, runList, "what gh run list prints as JSON, its status and createdAt among it").flat(),
    problems,
  };
}

const shorter = sentence("Leave out what the page need not show.");

function parsed<T>(option: string, file: string, shape: v.GenericSchema<unknown, T>, origin: string): T {
  const document: unknown = JSON.parse(readTextFile(option, file, reportFileBytes, shorter));
  const { success, output, issues } = v.safeParse(shape, document);
  if (success) return output;
  const [{ path, message }] = issues;
  const where = path?.map(({ key }) => String(key)).join(".");
  throw unlike(option, file, where === undefined ? message : `${where}: ${message}`, origin);
}

/** @param why in the parser's words */
const unlike = (option: string, file: string, why: string, origin: string): UsageError =>
  new UsageError(
    { what: `${option} ${file} is not ${origin}.`, why: `${harmlessLine(why)}.` },
    sentence(`Give it ${origin}.`),
  );

function isValue(found: unknown): boolean {
  if (typeof found !== "object") return ["string", "number", "boolean"].includes(typeof found);
  return found !== null && Object.values(found).every(isValue);
}

export const isFailed = (report: object): report is FailedCommand => "error" in report;

/** Another run's fix. Its text has the commands behind a colon, as `fixText` writes them. */
export function reportedStep({ text: all, commands }: ReportedFix): Step {
  const lines = [...new Set(commands.map(({ line }) => line))];
  const behind = `: ${lines.join(", then ")}`;
  return lines.length > 0 && all.endsWith(behind)
    ? { text: all.slice(0, -behind.length), lines }
    : { text: all, lines: [] };
}

/** A command that failed has found nothing, and says why. */
export function failedPart(title: string, { error }: FailedCommand): Part {
  const { what, why, fixes } = error;
  const said = [what, why].filter((words) => words !== "").map((words) => ({ text: words }));
  return {
    facts: [{ tone: "unknown", text: title }],
    actions: [{ tone: "unknown", title, said, more: 0, steps: fixes.map(reportedStep) }],
    sections: [],
  };
}
