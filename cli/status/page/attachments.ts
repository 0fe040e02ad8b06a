/** What other commands have found, out of files. A file that cannot be read takes nothing from the page but its own part. */
import * as v from "valibot";
import { reportFileBytes } from "../../../lib/config/limits";
import { partsOf, sentence } from "../../../lib/errors/failure";
import { harmlessLine } from "../../../lib/errors/harmless";
import { InterruptedError } from "../../../lib/startup/waiting";
import { UsageError } from "../../terminal/exit-code";
import { readTextFile } from "../../terminal/text-file";
import {
  type CustomersCheck,
  customersKind,
  type CustomersList,
  driftKind,
  type DriftReport,
  type FailedCommand,
  type Kind,
  type Run,
  runsKind,
  statusKind,
  type StatusReport,
} from "./report-shapes";

export interface AttachmentOptions {
  statusReport?: string[];
  driftReport?: string[];
  customersReport?: string[];
  runs?: string[];
}

export interface Attachments {
  /** Of other vaults. */
  status: (StatusReport | FailedCommand)[];
  drift: (DriftReport | FailedCommand)[];
  customers: (CustomersCheck | CustomersList | FailedCommand)[];
  /** Undefined without a list of runs. */
  runs: Run[] | undefined;
  /** Of files with an unexpected content. */
  problems: UsageError[];
}

export const noAttachments: Attachments = { status: [], drift: [], customers: [], runs: undefined, problems: [] };

export async function readAttachments({
  statusReport = [],
  driftReport = [],
  customersReport = [],
  runs,
}: AttachmentOptions): Promise<Attachments> {
  const problems: UsageError[] = [];
  const read = async <T>(kind: Kind<T>, files: readonly string[]): Promise<T[]> => {
    const all: T[] = [];
    for (const file of files) {
      try {
        all.push(await parsed(kind, file));
      } catch (error) {
        if (error instanceof InterruptedError) throw error;
        problems.push(error instanceof UsageError ? error : unlike(kind, file, `${partsOf(error).what}.`));
      }
    }
    return all;
  };
  return {
    status: await read(statusKind, statusReport),
    drift: await read(driftKind, driftReport),
    customers: await read(customersKind, customersReport),
    runs: runs === undefined ? undefined : (await read(runsKind, runs)).flat(),
    problems,
  };
}

const shorter = sentence("Leave out what the page need not show.");

async function parsed<T>(kind: Kind<T>, file: string): Promise<T> {
  const text = await readTextFile(kind.option, file, reportFileBytes, shorter);
  if (text.trim() === "") throw unlike(kind, file, "It is empty: what was to write it has printed nothing.");
  const document = documentIn(kind, file, text);
  const { success, output, issues } = v.safeParse(kind.shape, document);
  if (success) return output;
  const other = [driftKind, customersKind, statusKind, runsKind].find(({ shape }) => v.is(shape, document));
  if (other !== undefined) throw unlike(kind, file, `It is ${other.origin}, which ${other.option} takes.`);
  const [{ path, message }] = issues;
  const where = path?.map(({ key }) => String(key)).join(".");
  throw unlike(kind, file, `${where === undefined ? "" : `${where}: `}${message}.`);
}

function documentIn<T>(kind: Kind<T>, file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const [first = ""] = text.trimStart().split("\n", 1);
    const isOneALine = first !== text.trim() && isJson(first);
    throw unlike(kind, file, isOneALine ? "It has a document a line; --json prints one." : `${partsOf(error).what}.`);
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** @param why in whole sentences */
const unlike = ({ option, origin }: Pick<Kind<unknown>, "option" | "origin">, file: string, why: string): UsageError =>
  new UsageError(
    { what: `${option} ${file} is not ${origin}.`, why: harmlessLine(why) },
    sentence(`Give it ${origin}.`),
  );
