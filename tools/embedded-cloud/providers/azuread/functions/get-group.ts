/** azuread.getGroup, by display name or object id. */
import type { FunctionType } from "../../base/plugin";
import { flag, inSetOrder, items, text, type Values } from "../../base/values";
import { named, saying } from "../failures";
import { filter, type Graph } from "../graph";

export const getGroup: FunctionType<Graph> = {
  token: "azuread:index/getGroup:getGroup",
  async call(graph, args) {
    const group = await found(graph, text(args["displayName"]), text(args["objectId"]));
    const id = text(group["id"]);
    const ids = async (what: string): Promise<string[]> => {
      const list = await saying(`Retrieving ${what} of ${named("Group", id)}`, () =>
        graph.list(`/beta/groups/${id}/${what}`),
      );
      return inSetOrder(list.map((one) => text(one["id"])));
    };
    const members = await ids(flag(args["includeTransitiveMembers"]) ? "transitiveMembers" : "members");
    return { ...stateOf(group, args), members, owners: await ids("owners") };
  },
};

async function found(graph: Graph, displayName: string, objectId: string): Promise<Values> {
  if (displayName === "" && objectId === "") {
    throw new Error(
      "one of `display_name,mail_nickname,object_id` must be specified: the local plugin takes the first and the last",
    );
  }
  if (displayName === "") {
    return saying(`[object_id] Retrieving ${named("Group", objectId)}`, () => graph.get(`/beta/groups/${objectId}`));
  }
  const condition = `displayName eq '${displayName.replaceAll("'", "''")}'`;
  const groups = await saying(`Retrieving groups for filter (${condition})`, () =>
    graph.list(`/beta/groups${filter("displayName", displayName)}`),
  );
  const [group, other] = groups;
  if (group === undefined) throw new Error(`[display_name] No group found matching specified filter (${condition})`);
  if (other !== undefined)
    throw new Error(`[display_name] More than one group found matching specified filter (${condition})`);
  return group;
}

function stateOf(group: Values, args: Values): Values {
  return {
    assignableToRole: flag(group["isAssignableToRole"]),
    autoSubscribeNewMembers: flag(group["autoSubscribeNewMembers"]),
    behaviors: items(group["resourceBehaviorOptions"]),
    description: text(group["description"]),
    displayName: text(group["displayName"]),
    dynamicMemberships: [
      { enabled: group["membershipRuleProcessingState"] !== "Paused", rule: text(group["membershipRule"]) },
    ],
    externalSendersAllowed: flag(group["allowExternalSenders"]),
    hideFromAddressLists: flag(group["hideFromAddressLists"]),
    hideFromOutlookClients: flag(group["hideFromOutlookClients"]),
    id: `/groups/${text(group["id"])}`,
    includeTransitiveMembers: flag(args["includeTransitiveMembers"]),
    mail: text(group["mail"]),
    mailEnabled: flag(group["mailEnabled"]),
    mailNickname: text(group["mailNickname"]),
    objectId: text(group["id"]),
    onpremisesDomainName: text(group["onPremisesDomainName"]),
    onpremisesNetbiosName: text(group["onPremisesNetBiosName"]),
    onpremisesSamAccountName: text(group["onPremisesSamAccountName"]),
    onpremisesSecurityIdentifier: text(group["onPremisesSecurityIdentifier"]),
    onpremisesSyncEnabled: flag(group["onPremisesSyncEnabled"]),
    preferredLanguage: text(group["preferredLanguage"]),
    provisioningOptions: items(group["resourceProvisioningOptions"]),
    proxyAddresses: items(group["proxyAddresses"]),
    securityEnabled: flag(group["securityEnabled"]),
    theme: text(group["theme"]),
    types: items(group["groupTypes"]),
    visibility: text(group["visibility"]),
  };
}
