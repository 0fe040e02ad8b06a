/** The local azuread plugin with a replaying Graph: signed in once for all tests of a file. */
import { azureadPlugin } from "../../providers/azuread/plugin";
import type { Graph } from "../../providers/azuread/graph";
import { type PluginClient, open } from "./plugin-client";
import { type ReplayedGraph, signIn } from "./replayed-graph";

/** @param opened gets its client before the first test */
export function openReplayed(graph: ReplayedGraph, opened: (client: PluginClient) => void): void {
  let client: PluginClient;
  beforeAll(async () => {
    graph.replaceFetch();
    client = await open<Graph>(azureadPlugin({ environment: {}, sleep: () => Promise.resolve() }));
    graph.playSignIn();
    await client.call("Configure", { args: signIn });
    opened(client);
  });
  afterAll(() => {
    client.close();
    jest.restoreAllMocks();
  });
}
