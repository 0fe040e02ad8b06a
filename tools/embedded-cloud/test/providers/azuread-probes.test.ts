/** Check, Diff and CheckConfig of the local azuread plugin, compared with direct calls of the real one. */
import { fields, items, type Value, type Values } from "../../providers/base/values";
import type { PluginClient } from "./plugin-client";
import { diffRequest } from "./probe-requests";
import { probes, type Probe } from "./recorded-calls";
import { ReplayedGraph, signIn } from "./replayed-graph";
import { openReplayed } from "./replayed-plugin";

const graph = new ReplayedGraph();
let client: PluginClient;
openReplayed(graph, (opened) => {
  client = opened;
});

test.each(probes.filter(({ probe }) => probe === "check").map((probe) => [JSON.stringify(probe.news), probe] as const))(
  "Check %s",
  async (_, { type, news, result }) => {
    const answer = await client.call("Check", { urn: `urn:pulumi:dev::rec::${type}::x`, news });
    const byReason = (failures: Value | undefined): Value[] =>
      items(failures).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
    expect(answer["inputs"]).toEqual(result.inputs);
    expect(byReason(answer["failures"])).toEqual(byReason(result.failures));
  },
);

test.each(
  probes.filter(({ probe }) => probe === "diff").map((probe) => [`${probe.res}: ${probe.change}`, probe] as const),
)("Diff %s", async (_, probe) => {
  const answer = client.call("Diff", diffRequest(probe));
  if (probe.error !== undefined) {
    await expect(answer).rejects.toMatchObject({ message: probe.error.replace("2 UNKNOWN: ", "") });
    return;
  }
  const { changes, replaces = [], detailedDiff = {}, deleteBeforeReplace = false } = await answer;
  const kinds = Object.entries(fields(detailedDiff)).map(([path, detail]) => [path, fields(detail)["kind"] ?? "ADD"]);
  expect({ changes, replaces, dbr: deleteBeforeReplace, detailed: Object.fromEntries(kinds) as Values }).toEqual({
    changes: `DIFF_${probe.changes}`,
    replaces: probe.replaces,
    dbr: false,
    detailed: probe.detailed,
  });
});

const environments = probes.filter(({ probe }) => probe === "environment");
const named = ({ environment = "(unset)", metadataHost }: Probe): string =>
  `${environment}, metadataHost ${metadataHost ?? "(unset)"}`;

test.each(environments.map((probe) => [named(probe), probe] as const))("CheckConfig %s", async (_, probe) => {
  const news = { version: "6.9.1", ...(probe.environment === undefined ? {} : { environment: probe.environment }) };
  const answer = client.call("CheckConfig", { urn: "urn:pulumi:dev::rec::pulumi:providers:azuread::p", news });
  if (Array.isArray(probe.checkFailures)) expect(await answer).toEqual({ inputs: news });
  else await expect(answer).rejects.toMatchObject({ message: probe.checkFailures.error.replace("2 UNKNOWN: ", "") });
});

test.each(environments.map((probe) => [named(probe), probe] as const))("Configure %s", async (_, probe) => {
  graph.playSignIn();
  const answer = client.call("Configure", {
    args: { ...signIn, metadataHost: probe.metadataHost ?? "", environment: probe.environment ?? "" },
  });
  if (probe.configure === "OK") {
    expect(await answer).toEqual({ supportsPreview: true, supportsAutonamingConfiguration: true });
    return;
  }
  // Without a metadata host the real plugin uses the public clouds (recorded as time-outs). The local one never does; nor
  // does it distinguish an empty name from an absent one, which only matters there.
  const isName = probe.configure.startsWith("2 UNKNOWN") && probe.environment !== "";
  const message = isName
    ? probe.configure.replace("2 UNKNOWN: ", "")
    : "works only with an embedded cloud on this machine: no metadataHost is set";
  await expect(answer).rejects.toThrow(message);
  expect(graph.asked).toEqual([]);
});
