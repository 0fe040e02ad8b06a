/** The changes of an adoption and the entries that it keeps, as lines to print. */
import { run } from "../../errors/failure";
import { textOf } from "../../errors/text";
import { type Application, named } from "../applications";
import { declaredPermissions, holdsPermission, type Permission, resourceNameOf } from "../permissions";
import { patchCommand } from "./checks";
import { listsOf, partOf, type WholeWanted } from "./lists";
import type { AdoptionState } from "./look";

/** "" when there is nothing to print. */
export function planOf(application: Application, wanted: WholeWanted, present: AdoptionState["present"]): string {
  const { replyUrls, permissions } = partOf(listsOf(application), wanted, "missing");
  const additions = [
    ...Object.values(replyUrls).map((url) => `reply URLs: + ${url}`),
    ...Object.entries(permissions).map(([name, { type, id }]) => `permissions: + ${name} (${type} ${id})`),
    ...(present.signInAudience === wanted.signInAudience
      ? []
      : [`sign-in audience: ${present.signInAudience} → ${wanted.signInAudience}`]),
    ...(present.servicePrincipal ? [] : ["service principal: + one of this tenant"]),
    ...(present.groups.length === wanted.groups.length ? [] : ["AdminAgents: + its service principal"]),
  ];
  const known = Object.values(wanted.permissions);
  const declared = declaredPermissions(application.requiredResourceAccess);
  const extra = declared.filter((one) => !holdsPermission(known, one));
  const kept = extra.length === 0 ? [] : [`permissions beyond the model's, kept: ${extra.map(described).join(", ")}`];
  const lines = [...additions, ...kept];
  if (lines.length === 0) return "";
  const verdict = additions.length === 0 ? "has all that it needs" : "gets what it lacks";
  return `${named(application)} ${verdict}:\n${lines.map((line) => `  ${line}`).join("\n")}`;
}

/** Warnings about an application that can be adopted but may cause surprises later. */
export function warningsOf(graph: string, application: Application): string[] {
  if (application.isFallbackPublicClient !== true) return [];
  return [
    textOf({
      what: `${named(application)} allows public client flows (isFallbackPublicClient).`,
      why: "The model does not need them: where Entra cannot tell the kind of client, it then expects no secret (AADSTS700025).",
      fixes: [run("Disable them", patchCommand(graph, application, { isFallbackPublicClient: false }))],
    }),
  ];
}

function described({ resourceAppId, type, id }: Permission): string {
  return `${resourceNameOf(resourceAppId) ?? resourceAppId} ${type} ${id}`;
}
