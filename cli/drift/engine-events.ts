/** The engine's events, as far as the drift check reads them. */

export type Properties = Readonly<Record<string, unknown>>;

/** A resource as the engine knows it before or after a step. */
export interface ResourceState {
  id: string;
  inputs: Properties;
  outputs: Properties;
}

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
export interface EngineEvent {
  preludeEvent?: { config?: Record<string, string> };
  resourcePreEvent?: { metadata: Step };
  diagnosticEvent?: { severity: string; message: string; prefix?: string };
  summaryEvent?: { result?: string };
}

/** What a run told. */
export interface Heard {
  /** The stack's configuration: namespace:key to text. */
  config: Readonly<Record<string, string>>;
  /** One a resource, in the engine's order. */
  steps: Step[];
  /** Errors of the program and of providers. */
  errors: string[];
  /** Whether the engine came to its summary. */
  finished: boolean;
}

/** A replacement is announced three times; `replace` stands for it. */
const wanted = new Set(["create", "update", "replace", "delete", "import"]);

/** Takes in one event. */
export function hear(heard: Heard, event: EngineEvent): Heard {
  const step = event.resourcePreEvent?.metadata;
  if (step !== undefined) return wanted.has(step.op) ? { ...heard, steps: [...heard.steps, step] } : heard;
  if (event.preludeEvent !== undefined) return { ...heard, config: event.preludeEvent.config ?? {} };
  if (event.summaryEvent !== undefined) return { ...heard, finished: true };
  const { diagnosticEvent } = event;
  if (diagnosticEvent?.severity !== "error") return heard;
  return { ...heard, errors: [...heard.errors, diagnosticEvent.message.trim()] };
}
