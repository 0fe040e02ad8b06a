/** Checks of a whole application, which previews report, too. */
import type { Planned } from "../base/plugin";
import { fields, flag, isUnknown, text, type Values } from "../base/values";
import { objectIdOf } from "./application-ids";
import { audiences } from "./application-properties";
import { filter, type Graph } from "./graph";

export function refuseOldTokens(inputs: Values): void {
  const audience = text(inputs["signInAudience"]);
  if (audience !== audiences.all && audience !== audiences.personal) return;
  if (fields(inputs["api"])["requestedAccessTokenVersion"] === 2) return;
  throw new Error(
    "`requested_access_token_version` must be 2 when `sign_in_audience` is " +
      `"${audiences.all}" or "${audiences.personal}"`,
  );
}

/** Only if the program requests it, and the name is new. */
export async function refuseDuplicate(graph: Graph, { id, inputs, state }: Planned): Promise<void> {
  const displayName = text(inputs["displayName"]);
  if (!flag(inputs["preventDuplicateNames"]) || isUnknown(displayName)) return;
  if (text(state?.["displayName"]) === displayName) return;
  const found = await graph.list(`/v1.0/applications${filter("displayName", displayName)}`);
  const twin = found.find((one) => one["displayName"] === displayName && text(one["id"]) !== objectIdOf(id ?? ""));
  if (twin === undefined) return;
  throw new Error(
    `An existing "azuread_application" with name "${displayName}" (ID: "${text(twin["id"])}") was found and ` +
      "`prevent_duplicate_names` was specified. To be managed via Terraform, this resource needs to be imported " +
      'into the State. Please see the resource documentation for "azuread_application" for more information.',
  );
}
