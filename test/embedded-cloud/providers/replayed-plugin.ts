/** The local azuread plugin in front of a Graph that replays: signed in once for all tests of a file. */
import { azureadPlugin } from "../../../embedded-cloud/providers/azuread/plugin";
import type { Graph } from "../../../embedded-cloud/providers/azuread/graph";
import { type Door, open } from "./plugin-door";
import { type ReplayedGraph, signIn } from "./replayed-graph";

/** @param opened takes its door before the first test */
export function openReplayed(graph: ReplayedGraph, opened: (door: Door) => void): void {
  let door: Door;
  beforeAll(async () => {
    graph.replaceFetch();
    door = await open<Graph>(azureadPlugin({ environment: {}, sleep: () => Promise.resolve() }));
    graph.playSignIn();
    await door.call("Configure", { args: signIn });
    opened(door);
  });
  afterAll(() => {
    door.close();
    jest.restoreAllMocks();
  });
}
