/** Steps of the recording whose engine calls were not kept, played to the local azuread plugin. */
import type { Graph } from "../../providers/azuread/graph";
import { azureadPlugin } from "../../providers/azuread/plugin";
import type { Values } from "../../providers/base/values";
import { open, type PluginClient, type Method, type Request } from "./plugin-client";
import { exchangesOf, type Exchange } from "./recorded-calls";
import { comparable, completed, expected, ReplayedGraph, signIn } from "./replayed-graph";

const urn = (type: string, name: string): string => `urn:pulumi:dev::rec::azuread:index/${type}::${name}`;

export const urns = {
  application: urn("application:Application", "one"),
  password: urn("applicationPassword:ApplicationPassword", "onepw"),
  principal: urn("servicePrincipal:ServicePrincipal", "onesp"),
  member: urn("groupMember:GroupMember", "gm"),
  assignment: urn("appRoleAssignment:AppRoleAssignment", "ara"),
};

/** A plugin that is signed in, for each test of a file. */
export class StepPlayer {
  readonly graph = new ReplayedGraph();
  private client: PluginClient | undefined;
  /** Pauses the plugin made in the test, in seconds. */
  slept: number[] = [];

  constructor() {
    const sleep = (milliseconds: number): Promise<void> => {
      this.slept.push(milliseconds / 1000);
      return Promise.resolve();
    };
    beforeEach(async () => {
      this.graph.replaceFetch();
      this.client = await open<Graph>(azureadPlugin({ environment: { LOCAL_PROVIDERS_REAL_WAITS: "true" }, sleep }));
      this.graph.playSignIn();
      await this.call("Configure", { args: signIn });
      this.slept = [];
    });
    afterEach(() => {
      this.client?.close();
      jest.restoreAllMocks();
    });
  }

  /** Makes one call while a resource's part of a step is played; exactly the recorded requests must be sent. */
  play(step: string, resource: string, method: Method, request: Request): Promise<Values> {
    return this.playThese(completed(exchangesOf(step, resource)), method, request);
  }

  async playThese(exchanges: readonly Exchange[], method: Method, request: Request): Promise<Values> {
    this.graph.play(exchanges);
    try {
      return await this.call(method, request);
    } finally {
      expect(this.graph.asked.map(comparable)).toEqual(exchanges.map(expected));
    }
  }

  private call(method: Method, request: Request): Promise<Values> {
    if (this.client === undefined) throw new Error("the player was not started");
    return this.client.call(method, request);
  }
}
