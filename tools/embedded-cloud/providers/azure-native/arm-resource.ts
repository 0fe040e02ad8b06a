/** A Resource Manager resource: its id, body and outputs differ by type; the rest is the same for all. */
import type { Existing, Properties, Property, ResourceType } from "../base/plugin";
import { RestError } from "../base/rest";
import { isValues, text, type Value, type Values } from "../base/values";
import { drifted } from "./drifted";
import type { Account, ResourceManager } from "./resource-manager";

export interface ArmResource {
  token: string;
  /** The version in the npm SDK's documentation of this type. */
  apiVersion: string;
  properties: Properties;
  outputs: readonly string[];
  replaceOn: readonly string[];
  /** The input with the resource's name: the local plugin generates no names. */
  nameInput: string;
  idOf(inputs: Values, account: Account): string;
  /** Inputs that can be derived from the id, for an import. */
  inputsFromId(id: string): Values;
  bodyOf(inputs: Values): Values;
  outputsOf(resource: Values): Values;
  /** The body of an update, if it depends on the resource's current state. */
  updateBodyOf?(inputs: Values, find: () => Promise<Values>): Promise<Values>;
  /** Inputs that drift does not change, depending on the program's inputs. */
  ignoresDrift?(inputs: Values): readonly string[];
  /** For a resource that exists with its parent: its creation is an update, its deletion writes this body. */
  lastingBody?: Values;
}

export interface LocalResource extends ResourceType<ResourceManager> {
  apiVersion: string;
  inputsAfterRead(existing: Existing, found: Values): Values;
}

export function armResource(definition: ArmResource): LocalResource {
  const { apiVersion } = definition;
  const outputsOf = (resource: Values): Values =>
    withoutNulls({ ...definition.outputsOf(resource), azureApiVersion: apiVersion });

  /** Read after every write: the response to a write may have another shape, and would then show as drift. */
  async function written(arm: ResourceManager, id: string, body: Values): Promise<{ id: string; state: Values }> {
    const answer = await arm.put(id, apiVersion, withoutNulls(body));
    const canonicalId = text(answer["id"]) || id;
    return { id: canonicalId, state: outputsOf((await arm.find(canonicalId, apiVersion)) ?? answer) };
  }

  const type: LocalResource = {
    token: definition.token,
    apiVersion,
    properties: { ...definition.properties, azureApiVersion: { type: "string" } },
    outputs: ["id", ...definition.outputs],
    replaceOn: definition.replaceOn,

    plan(_, { inputs, id }) {
      // A resource that is there has its name: a refresh compares it with a state that has none yet.
      if (id !== undefined || inputs[definition.nameInput] !== undefined) return Promise.resolve();
      throw new Error(`The local azure-native plugin makes up no names: set ${definition.nameInput}.`);
    },

    async create(arm, { inputs }) {
      const id = definition.idOf(inputs, arm.account);
      if (definition.lastingBody === undefined && (await exists(arm, id, apiVersion)))
        throw new Error(`cannot create already existing resource '${id}'`);
      return written(arm, id, definition.bodyOf(inputs));
    },

    async read(arm, { id }) {
      const found = await arm.read(id, apiVersion);
      return found === undefined ? undefined : outputsOf(found);
    },

    async update(arm, { inputs }) {
      // Not the id in state: an update goes to the provider's current subscription.
      const id = definition.idOf(inputs, arm.account);
      const find = async (): Promise<Values> => (await arm.find(id, apiVersion)) ?? {};
      const body = (await definition.updateBodyOf?.(inputs, find)) ?? definition.bodyOf(inputs);
      return (await written(arm, id, body)).state;
    },

    async delete(arm, { id }) {
      if (definition.lastingBody === undefined) await arm.delete(id, apiVersion);
      else await arm.put(id, apiVersion, definition.lastingBody);
    },

    inputsAfterRead({ id, inputs, state, isImport = false }, found) {
      const ignored = definition.ignoresDrift?.(inputs) ?? [];
      const shape = (values: Values): Values => projected(definition.properties, values, ignored);
      if (isImport) return { ...shape(found), ...definition.inputsFromId(id) };
      return drifted(inputs, shape(state), shape(found));
    },
  };
  return type;
}

async function exists(arm: ResourceManager, id: string, apiVersion: string): Promise<boolean> {
  try {
    return (await arm.find(id, apiVersion)) !== undefined;
  } catch (error) {
    if (!(error instanceof RestError)) throw error;
    const reason = `status code ${error.status}, ${error.code}: ${error.reason}`;
    throw new Error(`cannot check existence of resource '${id}': ${reason}`, { cause: error });
  }
}

/** The part of the outputs that has the inputs' shape. */
function projected(properties: Properties, values: Values, ignored: readonly string[], prefix = ""): Values {
  const parts = Object.entries(properties).flatMap(([key, property]): [string, Value][] => {
    const value = values[key];
    if (value === undefined || ignored.includes(prefix + key)) return [];
    return [[key, project(property, value, ignored, `${prefix}${key}.`)]];
  });
  return Object.fromEntries(parts);
}

function project(property: Property, value: Value, ignored: readonly string[], prefix: string): Value {
  return property.type === "object" && isValues(value) ? projected(property.properties, value, ignored, prefix) : value;
}

/** The service returns null for unset properties; the real plugin omits them. */
function withoutNulls(values: Values): Values {
  const entries = Object.entries(values).filter(([, value]) => value !== null);
  return Object.fromEntries(entries.map(([key, value]) => [key, withoutNullsIn(value)]));
}

function withoutNullsIn(value: Value): Value {
  if (Array.isArray(value)) return value.map(withoutNullsIn);
  return isValues(value) ? withoutNulls(value) : value;
}

/** Some of the values, under their names. */
export const only = (values: Values, ...names: string[]): Values =>
  Object.fromEntries(
    names.flatMap((name): [string, Value][] => (name in values ? [[name, values[name] ?? null]] : [])),
  );
