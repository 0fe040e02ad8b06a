/** What a local provider declares: resource types and functions over one cloud. */
import type { Checked } from "./check";
import type { SaysNothing } from "./diff";
import type { Value, Values } from "./values";

interface Common {
  required?: true;
  /** The cloud fills it when the program does not: leaving it out is no change. */
  computed?: true;
  default?: string | number | boolean;
  /** Name of another property that must not be set together with this one. */
  conflictsWith?: string;
  /** Why a local plugin does not take this property at all. */
  refused?: string;
  /** Name in failure texts, where it is not the property's own. */
  argument?: string;
}

export type Property = Common &
  (
    | {
        type: "string" | "number" | "boolean";
        /** What is wrong with a value, or undefined. `argument` is what the texts call the property. */
        problem?: (value: Value, argument: string) => string | undefined;
        /** Whether two different values mean the same. */
        same?: (a: Value, b: Value) => boolean;
      }
    | { type: "list" | "set"; of: Property; minimum?: number }
    | { type: "object"; properties: Properties }
    | { type: "map" }
  );

export type Properties = Readonly<Record<string, Property>>;

export interface Subject {
  urn: string;
  /** Properties the program gave, defaults filled in. */
  inputs: Values;
}

export interface Existing extends Subject {
  id: string;
  /** Outputs in the engine's state; empty for an import. */
  state: Values;
}

/** A resource about to be created or, with an id, updated. */
export interface Planned extends Subject {
  id?: string;
  state?: Values;
}

/** A resource about to be updated; `inputs` are the new ones. */
export interface Updated extends Existing {
  oldInputs: Values;
  /** Paths of `ignoreChanges`. */
  ignored: readonly string[];
}

export interface ResourceType<Cloud> {
  /** Type token as the npm SDK registers it. */
  token: string;
  properties: Properties;
  /** Dotted paths of what only the cloud knows: unknown in a preview of a creation. */
  outputs: readonly string[];
  /** Dotted paths of inputs and outputs that are secrets. */
  secrets?: readonly string[];
  /** Top-level inputs that cannot change in place. */
  replaceOn: readonly string[];
  /** Output → dotted path of the input it follows. */
  recomputes?: Readonly<Record<string, string>>;
  /** Further checks of a whole resource, in previews too. */
  plan?(cloud: Cloud, planned: Planned): Promise<void>;
  create(cloud: Cloud, subject: Subject): Promise<{ id: string; state: Values }>;
  /** The state as found; undefined when the object is gone. */
  read(cloud: Cloud, existing: Existing): Promise<Values | undefined>;
  /** Absent where every input replaces. */
  update?(cloud: Cloud, existing: Updated): Promise<Values>;
  delete(cloud: Cloud, existing: Existing): Promise<void>;
}

export interface FunctionType<Cloud> {
  token: string;
  call(cloud: Cloud, args: Values): Promise<Values>;
}

export type Operation = "configure" | "invoke" | "diff" | "create" | "read" | "update" | "delete";

export interface Plugin<Cloud> {
  /** Package name: azuread, azure-native. */
  name: string;
  /** Version of the npm package whose plugin this stands in for. */
  version: string;
  resources: readonly ResourceType<Cloud>[];
  functions: readonly FunctionType<Cloud>[];
  /** Configuration values to keep as secrets in state. */
  secretConfig: readonly string[];
  /** Throws when a configuration can be refused without the network. */
  checkConfig(config: Values): void;
  /** `cancelled` ends waits when the engine stops the plugin. */
  configure(config: Values, cancelled: AbortSignal): Promise<Cloud>;
  /** Check in the plugin's own way; absent: the bridge's. */
  check?(type: ResourceType<Cloud>, values: { news: Values; olds: Values }): Checked;
  /** What failure texts call a property. */
  argument(property: string): string;
  /** Whether Check lists the defaults it filled in under `__defaults`. */
  marksDefaults: boolean;
  /** What an update is compared with: what the cloud holds, or what the program gave before. */
  compares: "outputs" | "inputs";
  /** What of the old values may be left out without a change. */
  saysNothing: SaysNothing;
  deletesBeforeReplace: boolean;
  /** Outputs that an update in a preview keeps. */
  keptInPreview(output: string): boolean;
  /** Inputs as they would have to be to give the state just read; without inputs (an import) all that state tells. */
  inputsAfterRead(type: ResourceType<Cloud>, existing: Existing, found: Values): Values;
  /** The text of a failed operation. */
  explain(error: unknown, operation: Operation, subject: string): string;
}
