/** The engine's preview of a refresh: what it would do, from its events. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { StackOptions } from "../target-options";
import { noEngine, previewFailure } from "./preview-failure";

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
  /** By path; its indices of lists are wrong where the provider calls the list a set. */
  detailedDiff?: Readonly<Record<string, object>> | null;
}

/** One line of `pulumi preview --json` under PULUMI_ENABLE_STREAMING_JSON_PREVIEW; exactly one of these is set. */
interface EngineEvent {
  preludeEvent?: { config?: Record<string, string> };
  resourcePreEvent?: { metadata: Step };
  diagnosticEvent?: { severity: string; message: string };
  summaryEvent?: { result?: string };
}

export interface PreviewResult {
  /** The stack's configuration: namespace:key to text. */
  config: Readonly<Record<string, string>>;
  /** One a resource, in the engine's order. */
  steps: Step[];
  /** What a resource's refresh could not look at, by its URN; "" where it could. */
  unseen: Record<string, string>;
  /** Of the program and of providers. */
  errors: string[];
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
 * @throws UsageError when the stack or its configuration is wrong; Failure when the engine could not look
 */
export async function preview({ stack, cwd, configFile }: StackOptions): Promise<PreviewResult> {
  const own = [`--stack=${stack}`, ...(configFile === undefined ? [] : [`--config-file=${configFile}`])];
  const child = spawn("pulumi", [...argv, ...own], {
    ...(cwd === undefined ? {} : { cwd }),
    env: { ...process.env, PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "true", PULUMI_SKIP_UPDATE_CHECK: "true" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  // A runner that cancels a job ends this process; the engine would go on for nobody.
  const pass = (signal: NodeJS.Signals) => child.kill(signal);
  process.on("SIGTERM", pass);
  const result: PreviewResult = { config: {}, steps: [], unseen: {}, errors: [], finished: false };
  let output = "";
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  createInterface(child.stdout).on("line", (line) => {
    const event = eventIn(line);
    if (event !== undefined) applyEvent(result, event);
  });
  try {
    const [exitCode] = (await once(child, "close")) as [number | null];
    if (result.finished && (exitCode === 0 || exitCode === changesProposed)) return result;
    throw previewFailure(stack, exitCode ?? undefined, [output, ...result.errors].join("\n"));
  } catch (error) {
    throw error instanceof Error && "code" in error && error.code === "ENOENT" ? noEngine(cwd) : error;
  } finally {
    process.off("SIGTERM", pass);
  }
}

const argv = ["preview", "--refresh", "--expect-no-changes", "--json", "--non-interactive", "--color=never"];

function eventIn(line: string): EngineEvent | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    return JSON.parse(line) as EngineEvent;
  } catch {
    return undefined;
  }
}

/** A replacement is announced three times; `replace` stands for it. */
const wanted = new Set(["create", "update", "replace", "delete", "import"]);

function applyEvent(
  result: PreviewResult,
  { resourcePreEvent, preludeEvent, summaryEvent, diagnosticEvent }: EngineEvent,
): void {
  if (resourcePreEvent && wanted.has(resourcePreEvent.metadata.op)) result.steps.push(resourcePreEvent.metadata);
  const { urn = "", old } = resourcePreEvent?.metadata ?? {};
  const unseen = old?.outputs["grantsUnseen"];
  // The last step of a resource is the one after its refresh.
  if (typeof unseen === "string") result.unseen[urn] = unseen;
  if (preludeEvent) result.config = preludeEvent.config ?? {};
  if (summaryEvent) result.finished = true;
  if (diagnosticEvent?.severity === "error") result.errors.push(diagnosticEvent.message.trim());
}
