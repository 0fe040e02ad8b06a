/** What other commands have found, from files. One that cannot be read costs the page only its own part. */
import * as v from "valibot";
import { reportFileBytes } from "../../../lib/config/limits";
import { documentOf } from "../../../lib/errors/document";
import { partsOf, sentence } from "../../../lib/errors/failure";
import { harmlessLine } from "../../../lib/errors/harmless";
import { parsed } from "../../../lib/http/json";
import { InterruptedError } from "../../../lib/startup/waiting";
import { UsageError } from "../../terminal/exit-code";
import { readTextFile } from "../../terminal/text-file";
import { customersPart } from "./customers-part";
import { driftPart } from "./drift-part";
import { failureAction, type Part } from "./part";
import { type FailedCommand, isFailed, type Kind, kinds, type StatusReport } from "./reports";
import { runsPart } from "./runs-part";

export type AttachmentOptions = Partial<Record<"statusReport" | "driftReport" | "customersReport" | "runs", string[]>>;

export interface Attachments {
  vaults: readonly StatusReport[];
  parts: readonly Part[];
  /** Errors of files with an unexpected content; they are parts as well. */
  problems: readonly UsageError[];
}

export async function readAttachments(options: AttachmentOptions): Promise<Attachments> {
  const problems: UsageError[] = [];
  const read = async <T>(kind: Kind<T>, files: readonly string[] = []): Promise<T[]> => {
    const all: T[] = [];
    for (const file of files) {
      try {
        all.push(await documentIn(kind, file));
      } catch (error) {
        if (error instanceof InterruptedError) throw error;
        problems.push(error instanceof UsageError ? error : unlike(kind, file, `${partsOf(error).what}.`));
      }
    }
    return all;
  };
  const vaults = await read(kinds.status, options.statusReport);
  const drift = await read(kinds.drift, options.driftReport);
  const customers = await read(kinds.customers, options.customersReport);
  const runs = await read(kinds.runs, options.runs);
  const parts: Part[] = [
    ...vaults.filter(isFailed).map((one) => failedPart("A vault could not be checked", one)),
    ...drift.map((one, n) => (isFailed(one) ? failedPart("Drift could not be looked for", one) : driftPart(one, n))),
    ...customers.map((one, n) =>
      isFailed(one) ? failedPart("Customers could not be checked", one) : customersPart(one, n),
    ),
    ...(options.runs === undefined ? [] : [runsPart(runs.flat())]),
    ...problems.map((one) => ({ actions: [failureAction("A report could not be read", documentOf(one))] })),
  ];
  return { vaults: vaults.flatMap((one) => (isFailed(one) ? [] : [one])), parts, problems };
}

/** A command that failed has found nothing, and prints why. */
const failedPart = (title: string, { error }: FailedCommand): Part => ({
  fact: { state: "unknown", text: title },
  actions: [failureAction(title, error)],
});

const shorter = sentence("Leave out what the page need not show.");

async function documentIn<T>(kind: Kind<T>, file: string): Promise<T> {
  const text = (await readTextFile(kind.option, file, reportFileBytes, shorter)).trim();
  if (text === "") throw unlike(kind, file, "It is empty: what was to write it has printed nothing.");
  const [first = ""] = text.split("\n", 1);
  if (first !== text && parsed(first) !== undefined)
    throw unlike(kind, file, "It has a document a line; --json prints one.");
  const document: unknown = JSON.parse(text);
  const { success, output, issues } = v.safeParse(kind.shape, document);
  if (success) return output;
  const other = Object.values(kinds).find(({ shape }) => v.is(shape, document));
  if (other !== undefined) throw unlike(kind, file, `It is ${other.origin}, which ${other.option} takes.`);
  const where = v.getDotPath(issues[0]);
  throw unlike(kind, file, `${where === null ? "" : `${where}: `}${issues[0].message}.`);
}

const unlike = ({ option, origin }: Kind<unknown>, file: string, why: string): UsageError =>
  new UsageError(
    { what: `${option} ${file} is not ${origin}.`, why: harmlessLine(why) },
    sentence(`Give it ${origin}.`),
  );
