/** The response to Diff. */
import { DiffResponse, PropertyDiff } from "@pulumi/pulumi/proto/provider_pb";
import { changes, type Change, without } from "./diff";
import type { Plugin, ResourceType } from "./plugin";
import type { Values } from "./values";

const topLevel = (path: string): string => path.split(/[.[]/, 1)[0] ?? path;
const inOrder = (names: Iterable<string>): string[] => [...new Set(names)].sort();

/** The two sides of a resource's comparison. */
interface Compared {
  /** Outputs or inputs, depending on the plugin. */
  olds: Values;
  news: Values;
  /** Paths of `ignoreChanges`. */
  ignored: readonly string[];
}

export function differences<Cloud>(
  plugin: Plugin<Cloud>,
  type: ResourceType<Cloud>,
  { olds, news, ignored }: Compared,
): DiffResponse {
  const found = without(changes(type.properties, olds, news, plugin.saysNothing), ignored);
  const followers = Object.entries(type.recomputes ?? {}).flatMap(([output, input]): Change[] =>
    found.some(({ path }) => path.startsWith(input)) ? [{ path: output, kind: "UPDATE" }] : [],
  );
  const all = [...found, ...followers];
  const replaced = inOrder(found.map(({ path }) => topLevel(path)).filter((name) => type.replaceOn.includes(name)));
  const response = new DiffResponse()
    .setChanges(all.length === 0 ? DiffResponse.DiffChanges.DIFF_NONE : DiffResponse.DiffChanges.DIFF_SOME)
    .setHasdetaileddiff(true)
    .setDiffsList(inOrder(all.map(({ path }) => topLevel(path))))
    .setReplacesList(replaced)
    .setStablesList(inOrder(type.replaceOn.filter((name) => !replaced.includes(name))))
    .setDeletebeforereplace(replaced.length > 0 && plugin.deletesBeforeReplace);
  for (const { path, kind } of all) {
    const replaces = replaced.includes(topLevel(path));
    const detail = new PropertyDiff()
      .setKind(PropertyDiff.Kind[replaces ? (`${kind}_REPLACE` as const) : kind])
      .setInputdiff(plugin.compares === "inputs");
    response.getDetaileddiffMap().set(path, detail);
  }
  return response;
}
