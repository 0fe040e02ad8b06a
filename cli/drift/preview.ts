/** The engine's preview of a refresh: what it would do, from its events. */
import { createInterface } from "node:readline";
import { asLooking, runOnStack } from "../run-on-stack";
import type { StackOptions } from "../target-options";
import { previewFailure, type Unread } from "./preview-failure";

export type Properties = Readonly<Record<string, unknown>>;

/** A resource as the engine knows it before or after a step. */
type ResourceState = Readonly<Record<"inputs" | "outputs", Properties>>;

/** What the engine would do to one resource. */
export interface Step {
  op: string;
  urn: string;
  type: string;
  /** As found in the cloud. */
  old?: ResourceState | null;
  /** As declared by the program. */
  new?: ResourceState | null;
  /** Properties that differ, without their paths. */
  diffs?: string[] | null;
  /** Of what the engine would do: "delete" is what the cloud has too much. */
  detailedDiff?: ChangedPaths | null;
}

/** By path; its indices are those of the outputs for what goes, of the declared list for what comes. */
export type ChangedPaths = Readonly<Record<string, { inputDiff?: boolean }>>;

/** A resource that was read: as state had it, and as it is; without `new` it is gone. Its `detailedDiff` is that of the change in the cloud. */
export type Refreshed = Pick<Step, "urn" | "type" | "old" | "new" | "detailedDiff">;

/** One line of `pulumi preview --json` under PULUMI_ENABLE_STREAMING_JSON_PREVIEW; exactly one of these is set. */
interface EngineEvent {
  preludeEvent?: { config?: Record<string, string> };
  resourcePreEvent?: { metadata: Step };
  resOutputsEvent?: { metadata: Step };
  diagnosticEvent?: { severity: string; message: string; urn?: string };
  summaryEvent?: { result?: string };
}

export interface PreviewResult {
  /** The stack's configuration: namespace:key to text. */
  config: Readonly<Record<string, string>>;
  /** One a resource, in the engine's order; op "same" where nothing would be done. */
  steps: Step[];
  /** One a resource that was looked up, in the order of the answers. */
  refreshed: Refreshed[];
  /** Types of what the engine began to look up, by URN. */
  begun: Map<string, string>;
  /** What a resource's refresh could not look at, by its URN; "" where it could. */
  unseen: Record<string, string>;
  /** The stack's outputs: as the last deployment left them, and as this one would. */
  outputs: Readonly<Record<"applied" | "declared", Properties>>;
  /** Of the program and of providers. */
  errors: { said: string; urn: string | undefined }[];
  /** Whether the engine came to its summary. */
  finished: boolean;
}

/** Exit code of the engine when something would change. */
const changesProposed = 7;

/**
 * Compares everything the stack has in the cloud with what the program declares. Changes nothing.
 *
 * The events come through a pipe and stay in memory: among them are debug lines with the client secret in the clear, so neither an
 * event log nor any other file will do, and nothing of a debug line goes further.
 * @param variables of the program, over those of whoever only looks
 * @throws UsageError when the stack or its configuration is wrong; Failure when the engine could not look
 */
export async function preview(
  options: StackOptions,
  variables: Readonly<Record<string, string>> = {},
): Promise<PreviewResult> {
  const result: PreviewResult = {
    config: {},
    steps: [],
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
    stdio: ["ignore", "pipe", "pipe"],
    ending: "SIGTERM",
    begun: ({ stdout, stderr }) => {
      stderr?.on("data", (chunk: Buffer) => (output += chunk.toString()));
      if (stdout === null) return;
      createInterface(stdout).on("line", (line) => {
        const event = eventIn(line);
        if (event !== undefined) applyEvent(result, event);
      });
    },
  });
  if (result.finished && (exitCode === 0 || exitCode === changesProposed)) return result;
  const said = [output, ...result.errors.map((error) => error.said)].join("\n");
  throw previewFailure(options.stack, exitCode, said, unreadIn(result));
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

/** A replacement is announced three times; `replace` stands for it. */
const wanted = new Set(["same", "create", "update", "replace", "delete", "import"]);

function applyEvent(
  result: PreviewResult,
  { resourcePreEvent, resOutputsEvent, preludeEvent, summaryEvent, diagnosticEvent }: EngineEvent,
): void {
  if (resourcePreEvent && wanted.has(resourcePreEvent.metadata.op)) result.steps.push(resourcePreEvent.metadata);
  if (resourcePreEvent?.metadata.op === "refresh") {
    result.begun.set(resourcePreEvent.metadata.urn, resourcePreEvent.metadata.type);
  }
  if (resOutputsEvent?.metadata.op === "refresh") result.refreshed.push(resOutputsEvent.metadata);
  // Its last one has what the program registered.
  if (resOutputsEvent?.metadata.type === stackType) {
    const { old: applied, new: declared } = resOutputsEvent.metadata;
    result.outputs = { applied: applied?.outputs ?? {}, declared: declared?.outputs ?? {} };
  }
  const { urn = "", old } = resourcePreEvent?.metadata ?? {};
  const unseen = old?.outputs["grantsUnseen"];
  // The last step of a resource is the one after its refresh.
  if (typeof unseen === "string") result.unseen[urn] = unseen;
  if (preludeEvent) result.config = preludeEvent.config ?? {};
  if (summaryEvent) result.finished = true;
  if (diagnosticEvent?.severity === "error") {
    result.errors.push({ said: diagnosticEvent.message.trim(), urn: diagnosticEvent.urn });
  }
}

/** What the engine began to look up and got an error for in place of an answer. */
const unreadIn = ({ begun, refreshed, errors }: PreviewResult): Unread[] =>
  errors.flatMap(({ urn = "", said }) => {
    const type = begun.get(urn);
    const isAnswered = refreshed.some((one) => one.urn === urn);
    return type === undefined || isAnswered ? [] : [{ urn, type, said: said.replace(/^Preview failed: /u, "") }];
  });
