/** azuread.GroupMember: both ends of a membership are fixed. */
import type { ResourceType } from "../base/plugin";
import { isGone } from "../base/rest";
import { text, type Values } from "../base/values";
import { alreadyExists, named, NilState, saying } from "./failures";
import { filter, type Graph } from "./graph";
import { meta } from "./meta";
import { notUuid } from "./problems";

const resourceMeta = meta({ create: 5, delete: 5, read: 5 });

const pathOf = (groupId: string): string => `/beta/groups/${groupId}`;

/** `<group id>/member/<member id>` */
function partsOf(id: string): { groupId: string; memberId: string } {
  const [groupId = "", , memberId = ""] = id.split("/");
  return { groupId, memberId };
}

const label = (groupId: string, memberId: string): string =>
  `Group Id Member (Group: "${groupId}"\nDirectory Object: "${memberId}")`;

export const groupMember: ResourceType<Graph> = {
  token: "azuread:index/groupMember:GroupMember",
  properties: {
    groupObjectId: { type: "string", required: true, problem: notUuid },
    memberObjectId: { type: "string", required: true, problem: notUuid },
  },
  outputs: ["id"],
  replaceOn: ["groupObjectId", "memberObjectId"],

  async create(graph, { urn, inputs }) {
    const [groupId, memberId] = [text(inputs["groupObjectId"]), text(inputs["memberObjectId"])];
    const id = `${groupId}/member/${memberId}`;
    await saying(`[group_object_id] Retrieving ${named("Group", groupId)}`, () => graph.get(pathOf(groupId)));
    const members = await graph.list(`${pathOf(groupId)}/members`);
    if (members.some((member) => member["id"] === memberId)) {
      throw new Error(`[id] ${alreadyExists(id, "azuread_group_member")}`);
    }
    await saying(`Adding ${label(groupId, memberId)}`, () =>
      graph.post(`${pathOf(groupId)}/members/$ref`, { "@odata.id": graph.reference(memberId, "beta") }),
    );
    if (!(await isMember(graph, groupId, memberId))) throw new NilState(urn);
    return { id, state: stateOf(id) };
  },

  async read(graph, { id }) {
    const { groupId, memberId } = partsOf(id);
    return (await isMember(graph, groupId, memberId)) ? stateOf(id) : undefined;
  },

  async delete(graph, { id }) {
    const { groupId, memberId } = partsOf(id);
    await saying(`Removing ${label(groupId, memberId)}`, () =>
      graph.delete(`${pathOf(groupId)}/members/${memberId}/$ref`),
    );
    await graph.untilDeleted(async () => !(await isMember(graph, groupId, memberId)));
  },
};

/** A deleted group has no members. */
async function isMember(graph: Graph, groupId: string, memberId: string): Promise<boolean> {
  try {
    const members = await graph.list(`${pathOf(groupId)}/members${filter("id", memberId)}`);
    return members.some((member) => member["id"] === memberId);
  } catch (error) {
    if (isGone(error)) return false;
    throw error;
  }
}

function stateOf(id: string): Values {
  const { groupId, memberId } = partsOf(id);
  return { __meta: resourceMeta, groupObjectId: groupId, id, memberObjectId: memberId };
}
