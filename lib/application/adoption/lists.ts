/** The entries that an existing application lacks, added and removed without touching the rest. */
import type { Application } from "../applications";
import {
  declaredPermissions,
  type ExtraPermissions,
  holdsPermission,
  namedPermissions,
  type Permission,
  requestedPermissions,
  type RequiredResource,
} from "../permissions";
import type { ReplyUrlChoice } from "../reply-url-choice";
import { holdsReplyUrl, wantedReplyUrls } from "../reply-urls";
import { wantedAudience } from "../sign-in-audience";

/** The entries that the application must have; the keys are the names in previews. */
export interface Wanted {
  replyUrls: Readonly<Record<string, string>>;
  permissions: Readonly<Record<string, Permission>>;
}

/** The required entries, with those of the application's service principal. */
export interface WholeWanted<Group = string> extends Wanted {
  clientId: string;
  /** Shown in place of an audience that admits other organizations. */
  signInAudience: string;
  servicePrincipal: boolean;
  /** Ids of the groups that the service principal must be a member of. */
  groups: Group[];
}

export function wantedOf<Group>(
  clientId: string,
  choice: ExtraPermissions & ReplyUrlChoice,
  groups: Group[],
): WholeWanted<Group> {
  const permissions = namedPermissions(requestedPermissions(choice));
  const replyUrls = wantedReplyUrls(choice);
  return { clientId, replyUrls, permissions, signInAudience: wantedAudience, servicePrincipal: true, groups };
}

/** Initial value: what this program added there and may remove again. */
export const nothingAdded = {
  replyUrls: [] as string[],
  permissions: [] as Permission[],
  /** Services whose entry this program added: the entry is removed with its last permission. */
  resources: [] as string[],
  /** The sign-in audience before the change; "" when it was not changed. */
  formerSignInAudience: "",
  /** Object id of the service principal that was created; "" when there already was one. */
  servicePrincipal: "",
  /** Groups that the service principal was not a member of. */
  groups: [] as string[],
};

export type Added = typeof nothingAdded;

/** Stands in for the service principal's id while a request to create it was sent and no response came. */
export const unanswered = "unanswered";

/** The lists of an application that entries are added to. */
export interface Lists {
  redirectUris: readonly string[];
  requiredResourceAccess: readonly RequiredResource[];
}

export function listsOf({ web, requiredResourceAccess }: Application): Lists {
  return { redirectUris: web.redirectUris, requiredResourceAccess };
}

/** The part of the required entries that is there, or the part that is missing. */
export function partOf(lists: Lists, { replyUrls, permissions }: Wanted, part: "there" | "missing"): Wanted {
  const asked = declaredPermissions(lists.requiredResourceAccess);
  return {
    replyUrls: picked(replyUrls, (url) => holdsReplyUrl(lists.redirectUris, url) === (part === "there")),
    permissions: picked(permissions, (one) => holdsPermission(asked, one) === (part === "there")),
  };
}

function picked<T>(record: Readonly<Record<string, T>>, isPicked: (value: T) => boolean): Record<string, T> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => isPicked(value)));
}

/** The lists without the entries that were added, as far as they are still there. */
export function withoutAdded(lists: Lists, added: Pick<Added, "replyUrls" | "permissions" | "resources">): Lists {
  const left = lists.requiredResourceAccess.map(({ resourceAppId, resourceAccess }) => ({
    resourceAppId,
    resourceAccess: resourceAccess.filter((one) => !holdsPermission(added.permissions, { resourceAppId, ...one })),
  }));
  return {
    redirectUris: lists.redirectUris.filter((uri) => !added.replyUrls.includes(uri)),
    requiredResourceAccess: left.filter(
      ({ resourceAppId, resourceAccess }) => resourceAccess.length > 0 || !added.resources.includes(resourceAppId),
    ),
  };
}

/** Our additions that are still there: an entry that somebody removed and added again is no longer ours. */
export function stillThere(added: Added, lists: Lists): Added {
  const asked = declaredPermissions(lists.requiredResourceAccess);
  const known = lists.requiredResourceAccess.map(({ resourceAppId }) => resourceAppId);
  return {
    ...added,
    replyUrls: added.replyUrls.filter((url) => lists.redirectUris.includes(url)),
    permissions: added.permissions.filter((one) => holdsPermission(asked, one)),
    resources: added.resources.filter((id) => known.includes(id)),
  };
}

/** The recorded service principal's id if it was found; "" for a service principal that somebody else created. */
export function ownPrincipal(found: string | undefined, { servicePrincipal }: Added): string {
  if (servicePrincipal === unanswered) return found ?? unanswered;
  return servicePrincipal === found ? found : "";
}
