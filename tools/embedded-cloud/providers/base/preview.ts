/** The planned state of a resource, as far as it is known before the change. */
import { changes } from "./diff";
import type { Plugin, ResourceType } from "./plugin";
import { fields, unknownValue, type Values } from "./values";

/** Outputs in a preview: the program's values, and unknowns for what the cloud will add. */
export function previewState<Cloud>(
  plugin: Plugin<Cloud>,
  type: ResourceType<Cloud>,
  inputs: Values,
  olds?: Values,
): Values {
  const moved =
    olds === undefined ? [] : changes(type.properties, olds, inputs, plugin.saysNothing).map(({ path }) => path);
  const filledIn = Object.entries(type.properties).filter(([key, property]) => property.computed && !(key in inputs));
  let state = inputs;
  for (const path of [...type.outputs, ...filledIn.map(([key]) => key)]) {
    const follows = type.recomputes?.[path];
    const kept =
      plugin.keptInPreview(path) && !moved.some((change) => follows !== undefined && change.startsWith(follows));
    const old = kept ? at(olds ?? {}, path.split(".")) : undefined;
    state = put(state, path.split("."), old ?? unknownValue);
  }
  return state;
}

function at(values: Values, [key = "", ...rest]: string[]): Values[string] | undefined {
  return rest.length === 0 ? values[key] : at(fields(values[key]), rest);
}

function put(values: Values, [key = "", ...rest]: string[], value: Values[string]): Values {
  return { ...values, [key]: rest.length === 0 ? value : put(fields(values[key]), rest, value) };
}
