/** The local azuread plugin's responses to the engine and requests to Graph equal those of the recorded real one. */
import { azureadPlugin } from "../../providers/azuread/plugin";
import type { Graph } from "../../providers/azuread/graph";
import type { Value } from "../../providers/base/values";
import { open, type PluginClient } from "./plugin-client";
import { calls, exchangesOf, labelOf, type Exchange, type RecordedCall } from "./recorded-calls";
import { comparable, completed, expected, ReplayedGraph, signIn } from "./replayed-graph";

/** Recorded calls that are not compared, and why. `__pulumi_raw_state_delta`, an internal note of Terraform's bridge, is omitted from all. */
const exceptions: Readonly<Record<number, string>> = {
  2: "the local plugin reports 6.9.1, the version of the npm package; the recorded binary was 6.10.0",
};

/** Responses that the recording omits, if they matter. */
const replies: Readonly<Record<string, Value>> = {
  "/v1.0/applications?%24filter=displayName+eq+%27one%27": {
    value: [{ id: "3d73d8ea-ccf8-4c1d-abb8-dee5db931eef", displayName: "one" }],
  },
};

const graph = new ReplayedGraph();
let client: PluginClient;

beforeEach(async () => {
  graph.replaceFetch();
  const environment = { LOCAL_PROVIDERS_REAL_WAITS: "true" };
  client = await open<Graph>(azureadPlugin({ environment, sleep: () => Promise.resolve() }));
});

afterEach(() => {
  client.close();
  jest.restoreAllMocks();
});

/** The recorded program called each function twice: here each request is compared once. */
function exchangesFor(call: RecordedCall): Exchange[] {
  const all = completed(exchangesOf(call.step, labelOf(call)), replies);
  if (call.method !== "Invoke") return all;
  return all.filter((one, index) => all.findIndex(({ path }) => path === one.path) === index);
}

async function expectRecorded(call: RecordedCall): Promise<void> {
  const answer = client.call(call.method, call.request ?? {});
  const [error] = call.errors ?? [];
  if (error === undefined) expect(await answer).toEqual(call.response);
  else await expect(answer).rejects.toMatchObject({ message: error.replace(/^rpc error: code = \w+ desc = /, "") });
}

const title = (call: RecordedCall): string =>
  [`line ${call.line}: ${call.method}`, call.name ?? call.request?.tok, `in ${call.step}`, call.note].join(" ");

const compared = calls.filter(({ line }) => !(line in exceptions)).map((call) => [title(call), call] as const);
const ofThePlugin = new Set(["Handshake", "CheckConfig", "DiffConfig", "Configure"]);

test.each(compared.filter(([, { method }]) => !ofThePlugin.has(method)))("%s", async (_, call) => {
  graph.playSignIn();
  await client.call("Configure", { args: signIn });
  const exchanges = exchangesFor(call);
  graph.play(exchanges);
  await expectRecorded(call);
  expect(graph.asked.map(comparable)).toEqual(exchanges.map(expected));
});

test.each(compared.filter(([, { method }]) => method === "CheckConfig" || method === "DiffConfig"))(
  "%s",
  async (_, call) => expectRecorded(call),
);

test.each(compared.filter(([, { method }]) => method === "Configure"))("%s", async (_, call) => {
  const exchanges =
    call.errors === undefined
      ? exchangesOf("s1-create", "provider Configure")
      : exchangesOf(call.step, "provider Configure");
  graph.play(exchanges);
  // The recorded plugin used its environment where the arguments are incomplete, and the environment is not in the recording.
  await expectRecorded({ ...call, request: { args: { ...signIn, ...call.request?.args } } });
  expect(graph.asked.map(comparable)).toEqual(exchanges.map(expected));
});

test("Handshake is not implemented, as recorded", async () => {
  await expect(client.call("Handshake")).rejects.toMatchObject({ code: 12 });
});

test("every exception is a recorded call", () => {
  expect(calls.map(({ line }) => line)).toEqual(expect.arrayContaining(Object.keys(exceptions).map(Number)));
});
