import { leaveGroup, takeBackServicePrincipal } from "../../lib/application/adoption/steps";
import type { AzureApi } from "../../lib/azure/api";

test("ids that a state gives for a group and its member lead to the membership alone", async () => {
  const deleted: string[] = [];
  const graph = {
    delete: (path: string) => {
      deleted.push(path);
      return Promise.resolve();
    },
  } as unknown as AzureApi;
  await leaveGroup(graph, "g?", "m#");
  await takeBackServicePrincipal(graph, "c", { servicePrincipal: "s/owners?" } as never);
  expect(deleted).toEqual(["/v1.0/groups/g%3F/members/m%23/$ref", "/v1.0/servicePrincipals/s%2Fowners%3F"]);
});
