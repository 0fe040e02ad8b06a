/** The engine's preview of a refresh: its planned changes, from its events. */
import { asLooking } from "../../lib/config/own-variables";
import type { Deployment } from "./deployment";
import { runOnStack } from "./run-on-stack";
import type { StackOptions } from "../options/target-options";
import { previewFailure, type Unread } from "./preview-failure";

export type Properties = Readonly<Record<string, unknown>>;

type ResourceState = Readonly<Record<"inputs" | "outputs", Properties>> & {
  readonly id?: string;
  readonly custom?: boolean;
  readonly type?: string;
  readonly urn?: string;
};

export interface Step {
  op: string;
  urn: string;
  type: string;
  old?: ResourceState | null;
  new?: ResourceState | null;
  diffs?: string[] | null;
  /** Paths of the planned change: "delete" is an entry that only the cloud has. */
  detailedDiff?: ChangedPaths | null;
}

/** Changes by path; the indices of removed entries are those of the outputs, of added ones those of the declared list. */
export type ChangedPaths = Readonly<Record<string, { inputDiff?: boolean }>>;

/** A resource after its refresh; without `new` it no longer exists. `detailedDiff` is the change in the cloud. */
export type Refreshed = Pick<Step, "urn" | "type" | "old" | "new" | "detailedDiff">;

/** One streamed line of `pulumi preview --json`; exactly one of these is set. */
interface EngineEvent {
  preludeEvent?: { config?: Record<string, string> };
  resourcePreEvent?: { metadata: Step };
  resOutputsEvent?: { metadata: Step };
  diagnosticEvent?: { severity: string; message: string; urn?: string };
  summaryEvent?: { result?: string };
}

export interface PreviewResult {
  /** The state before this preview. */
  before?: Deployment;
  config: Readonly<Record<string, string>>;
  /** One step for each resource, in the engine's order; op "same" if nothing would change. */
  steps: Step[];
  /**
   * Resources that the engine would delete or replace; also those that an earlier run left to delete, and replaced ones
   * that stay in the cloud because the state marks them so.
   */
  deletions: Step[];
  refreshed: Refreshed[];
  /** Types of the resources that the engine started to read, by URN. */
  begun: Map<string, string>;
  /** Unreadable parts of a resource, by its URN; "" if its refresh read everything. */
  unseen: Record<string, string>;
  /** The stack's outputs: from the last deployment, and from this preview. */
  outputs: Readonly<Record<"applied" | "declared", Properties>>;
  errors: { said: string; urn: string | undefined }[];
  finished: boolean;
}

const changesProposed = 7;

/**
 * Compares the stack's resources in the cloud with the program's declaration. The events stay in memory,
 * because their debug lines contain the client secret in clear text.
 * @param variables of the program, in place of those for a run that only reads @param open the consequence of a failure, for its message
 * @throws UsageError for a wrong stack or configuration; Failure when a resource could not be read
 */
export async function preview(
  options: StackOptions,
  variables: Readonly<Record<string, string>> = {},
  open?: string,
): Promise<PreviewResult> {
  const result: PreviewResult = {
    config: {},
    steps: [],
    deletions: [],
    refreshed: [],
    begun: new Map(),
    unseen: {},
    outputs: { applied: {}, declared: {} },
    errors: [],
    finished: false,
  };
  let output = "";
  const exitCode = await runOnStack(options, argv, {
    variables: { PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "true", ...asLooking, ...variables },
    onState: (state) => (result.before = state),
    onLine: (line, from) => {
      const event = from === "stdout" ? eventIn(line) : undefined;
      if (from === "stderr") output += `${line}\n`;
      else if (event !== undefined) applyEvent(result, event);
    },
  });
  if (result.finished && (exitCode === 0 || exitCode === changesProposed)) return result;
  const said = [output, ...result.errors.map((error) => error.said)].join("\n");
  throw previewFailure(options.stack, exitCode, said, unreadIn(result), open);
}

const argv = ["preview", "--refresh", "--expect-no-changes", "--json"];

function eventIn(line: string): EngineEvent | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    return JSON.parse(line) as EngineEvent;
  } catch {
    return undefined;
  }
}

const stackType = "pulumi:pulumi:Stack";

/** A replacement has three events; `replace` represents it. */
const wanted = new Set(["same", "create", "update", "replace", "delete", "import"]);

function applyEvent(
  result: PreviewResult,
  { resourcePreEvent, resOutputsEvent, preludeEvent, summaryEvent, diagnosticEvent }: EngineEvent,
): void {
  const { op = "", urn = "", type = "", old } = resourcePreEvent?.metadata ?? {};
  if (resourcePreEvent && wanted.has(op)) result.steps.push(resourcePreEvent.metadata);
  if (resourcePreEvent && (op.startsWith("delete") || op === "create-replacement"))
    result.deletions.push(resourcePreEvent.metadata);
  if (op === "refresh") result.begun.set(urn, type);
  if (resOutputsEvent?.metadata.op === "refresh") result.refreshed.push(resOutputsEvent.metadata);
  // Overwritten by each such event: the last one has the outputs that the program registered.
  if (resOutputsEvent?.metadata.type === stackType) {
    const { old: applied, new: declared } = resOutputsEvent.metadata;
    result.outputs = { applied: applied?.outputs ?? {}, declared: declared?.outputs ?? {} };
  }
  const unseen = old?.outputs["grantsUnseen"];
  // Overwritten by each step: a resource's last one comes after its refresh.
  if (typeof unseen === "string") result.unseen[urn] = unseen;
  if (preludeEvent) result.config = preludeEvent.config ?? {};
  if (summaryEvent) result.finished = true;
  if (diagnosticEvent?.severity === "error") {
    result.errors.push({ said: diagnosticEvent.message.trim(), urn: diagnosticEvent.urn });
  }
}

const unreadIn = ({ begun, refreshed, errors }: PreviewResult): Unread[] =>
  errors.flatMap(({ urn = "", said }) => {
    const type = begun.get(urn);
    const isAnswered = refreshed.some((one) => one.urn === urn);
    return type === undefined || isAnswered ? [] : [{ urn, type, said: said.replace(/^Preview failed: /u, "") }];
  });
