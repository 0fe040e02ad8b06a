/** The declaration of a local provider: resource types and functions for one cloud. */
import type { Checked } from "./check";
import type { SaysNothing } from "./diff";
import type { Value, Values } from "./values";

interface Common {
  required?: true;
  /** The cloud sets it if the program does not: omitting it is not a change. */
  computed?: true;
  default?: string | number | boolean;
  /** Name of another property that must not be set together with this one. */
  conflictsWith?: string;
  /** Why a local plugin does not support this property at all. */
  refused?: string;
  /** Name in failure texts, if it is not the property's own. */
  argument?: string;
}

export type Property = Common &
  (
    | {
        type: "string" | "number" | "boolean";
        /** The problem of a value, or undefined. `argument` is the name of the property in texts. */
        problem?: (value: Value, argument: string) => string | undefined;
        /** Whether two different values are equivalent. */
        same?: (a: Value, b: Value) => boolean;
      }
    | { type: "list" | "set"; of: Property; minimum?: number }
    | { type: "object"; properties: Properties }
    | { type: "map" }
  );

export type Properties = Readonly<Record<string, Property>>;

export interface Subject {
  urn: string;
  /** The program's properties, with defaults. */
  inputs: Values;
}

export interface Existing extends Subject {
  id: string;
  /** Outputs in the engine's state; empty for an import. */
  state: Values;
  /** Whether the engine sends no inputs; those of a refresh may be empty. */
  isImport?: boolean;
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
  /** Dotted paths of properties that only the cloud sets: unknown in a preview of a creation. */
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
  /** Absent if a change of any input replaces the resource. */
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
  /** Version of the npm package whose plugin this replaces. */
  version: string;
  resources: readonly ResourceType<Cloud>[];
  functions: readonly FunctionType<Cloud>[];
  /** Configuration values to store as secrets in state. */
  secretConfig: readonly string[];
  /** Throws for a configuration that can be refused without the network. */
  checkConfig(config: Values): void;
  /** `cancelled` ends waits when the engine stops the plugin. */
  configure(config: Values, cancelled: AbortSignal): Promise<Cloud>;
  /** The plugin's own Check; absent: that of Terraform's bridge. */
  check?(type: ResourceType<Cloud>, values: { news: Values; olds: Values }): Checked;
  /** The name of a property in failure texts. */
  argument(property: string): string;
  /** Whether Check lists the defaults it filled in under `__defaults`. */
  marksDefaults: boolean;
  /** The base of an update's comparison: the cloud's data, or the program's former inputs. */
  compares: "outputs" | "inputs";
  /** Which old values may be omitted without a change. */
  saysNothing: SaysNothing;
  deletesBeforeReplace: boolean;
  /** Outputs that do not change in the preview of an update. */
  keptInPreview(output: string): boolean;
  /** The inputs that would give the state just read; without inputs (an import) everything in the state. */
  inputsAfterRead(type: ResourceType<Cloud>, existing: Existing, found: Values): Values;
  /** The text of a failed operation. */
  explain(error: unknown, operation: Operation, subject: string): string;
}
