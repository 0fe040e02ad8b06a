/**
 * The local azuread plugin at a refresh, compared with the recorded real one: Read, the Diff after it, Check, and the Diff after
 * that, each with the recorded request and a comparison of the whole response.
 */
import { fields, isValues, type Value, type Values } from "../../providers/base/values";
import { type Answer, graphBehind } from "./graph-of-state";
import type { PluginClient } from "./plugin-client";
import { idOf, refreshes as recordings, type RecordedRefresh, typesOf } from "../../testing/recorded-refreshes";
import { ReplayedGraph } from "./replayed-graph";
import { openReplayed } from "./replayed-plugin";

/** Of the types that the local plugin has. */
const refreshes = recordings.filter(({ resource }) => resource !== "cert" && resource !== "grant");

const graph = new ReplayedGraph();
let client: PluginClient;
openReplayed(graph, (opened) => {
  client = opened;
});

const urnOf = ({ resource }: RecordedRefresh): string => `urn:pulumi:dev::rec::${typesOf[resource] ?? ""}::${resource}`;
const named = (all: readonly RecordedRefresh[]) =>
  all.map((recorded) => [`${recorded.case}: ${recorded.live_change}`, recorded] as const);

/** The recording shows secrets as a placeholder, whatever they are wrapped in. */
const unwrapped = (value: Value): Value => {
  if (Array.isArray(value)) return value.map(unwrapped);
  if (!isValues(value)) return value;
  if ("4dabf18193072939515e22adb298388d" in value) return value["value"] ?? null;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, unwrapped(inner)]));
};

/** Of the properties, and of objects in them, only those that are in the recording. */
function kept(answer: Value | undefined, recorded: Value): Value {
  if (!isValues(answer) || !isValues(recorded)) return answer ?? null;
  return Object.fromEntries(
    Object.entries(recorded)
      .filter(([key]) => key in answer)
      .map(([key, value]) => [key, kept(answer[key], value)]),
  );
}

const play = (answers: readonly Answer[]): void => {
  graph.play(
    answers.map(({ method, path, status, body }) => ({
      ...{ step: "", resource: "", requestBody: null },
      ...{ method, path, status, responseBody: body },
    })),
  );
};

test.each(named(refreshes))("Read %s", async (_, recorded) => {
  const { request_inputs: inputs, inputs: expected, properties } = recorded.read;
  const answers = graphBehind(recorded);
  play(answers);
  const state = { ...inputs, ...(inputs["applicationId"] === undefined ? {} : { value: "(secret)" }) };
  const request = { urn: urnOf(recorded), id: idOf(recorded), properties: state, inputs };
  const answer = await client.call("Read", request);
  expect(graph.asked.map(({ path }) => path)).toEqual(answers.map(({ path }) => path));
  if (properties === undefined) {
    expect(answer).toEqual({});
    return;
  }
  expect(unwrapped(answer["inputs"] ?? null)).toEqual(expected);
  expect(kept(unwrapped(answer["properties"] ?? null), properties)).toEqual(properties);
});

test.each(named(refreshes))("Check %s", async (_, recorded) => {
  const request = { urn: urnOf(recorded), olds: recorded.read.inputs ?? {}, news: recorded.check.news };
  const answer = await client.call("Check", request);
  expect(unwrapped(answer)).toEqual({ inputs: recorded.check.inputs });
});

const present = refreshes.filter(({ read }) => read.properties !== undefined);

const diff = async (recorded: RecordedRefresh, news: Values): Promise<Values> => {
  const { inputs = {}, properties = {} } = recorded.read;
  const ignoreChanges = recorded.diff?.ignoreChanges ?? [];
  const request = {
    urn: urnOf(recorded),
    id: idOf(recorded),
    olds: properties,
    oldInputs: inputs,
    news,
    ignoreChanges,
  };
  const { changes = null, diffs = [], replaces = [], detailedDiff = {} } = await client.call("Diff", request);
  const kinds = Object.entries(fields(detailedDiff)).map(([path, detail]) => {
    return [path, { kind: fields(detail)["kind"] ?? "ADD" }] as const;
  });
  return { changes, diffs, replaces, detailedDiff: Object.fromEntries(kinds) };
};

test.each(named(present))("Diff after Read %s", async (_, recorded) => {
  const { changes, detailedDiff } = await diff(recorded, recorded.read.request_inputs);
  expect({ changes, detailedDiff }).toEqual(recorded.refresh_diff);
});

test.each(named(present))("Diff after Check %s", async (_, recorded) => {
  const { changes, diffs, replaces, detailedDiff } = recorded.diff ?? {};
  expect(await diff(recorded, recorded.check.inputs)).toEqual({ changes, diffs, replaces, detailedDiff });
});

test("an update leaves alone what the program ignores: owners stay as they are", async () => {
  const recorded = refreshes.find((one) => one.case === "4-owner-ignored-and-notes");
  if (recorded === undefined) throw new Error("it is not recorded");
  const reads = graphBehind(recorded);
  const path = reads[0]?.path ?? "";
  play([{ method: "PATCH", path, status: 204, body: {} }, ...reads]);
  await client.call("Update", {
    ...{ urn: urnOf(recorded), id: idOf(recorded), ignoreChanges: ["owners"] },
    ...{ olds: recorded.read.properties ?? {}, news: recorded.check.inputs, oldInputs: recorded.read.inputs ?? {} },
  });
  expect(graph.asked.map((one) => `${one.method} ${one.path}`)).toEqual([
    `PATCH ${path}`,
    ...reads.map((one) => `GET ${one.path}`),
  ]);
});
