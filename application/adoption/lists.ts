/** What an application that exists lacks, and how that is added to it and taken back, nothing else being touched. */
import type { Application, Permission, RequiredResource } from "../applications";
import {
  declaredPermissions,
  type ExtraPermissions,
  holdsPermission,
  namedPermissions,
  requestedPermissions,
} from "../permissions";
import { holdsReplyUrl, replyUrls } from "../reply-urls";
import { wantedAudience } from "../sign-in-audience";

/** What is asked of an application; the keys name things in previews. */
export interface Wanted {
  replyUrls: Readonly<Record<string, string>>;
  permissions: Readonly<Record<string, Permission>>;
}

/** The same with its service principal. */
export interface WholeWanted<Group = string> extends Wanted {
  clientId: string;
  /** Shown in place of an audience that admits other organizations. */
  signInAudience: string;
  servicePrincipal: boolean;
  /** Ids of the groups that its service principal has to be in. */
  groups: Group[];
}

export function wantedOf<Group>(clientId: string, extra: ExtraPermissions, groups: Group[]): WholeWanted<Group> {
  const permissions = namedPermissions(requestedPermissions(extra));
  return { clientId, replyUrls, permissions, signInAudience: wantedAudience, servicePrincipal: true, groups };
}

/** What this program put there and may take back, to begin with. */
export const nothingAdded = {
  replyUrls: [] as string[],
  permissions: [] as Permission[],
  /** Services that nothing was asked of before: their entry goes with the last permission. */
  resources: [] as string[],
  /** The sign-in audience it had; "" when it was not changed. */
  formerSignInAudience: "",
  /** Object id of the service principal; "" when there was one. */
  servicePrincipal: "",
  /** Groups that the service principal was not in. */
  groups: [] as string[],
};

export type Added = typeof nothingAdded;

/** In place of the service principal's id: one was asked for, and no answer came. */
export const unanswered = "unanswered";

/** The lists of an application that are added to. */
export interface Lists {
  redirectUris: readonly string[];
  requiredResourceAccess: readonly RequiredResource[];
}

export function listsOf({ web, requiredResourceAccess }: Application): Lists {
  return { redirectUris: web.redirectUris, requiredResourceAccess };
}

/** The part of what is wanted that is there, or that is missing. */
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

/** The lists with what is missing at their ends. */
export function withAdded(lists: Lists, missing: Wanted): Lists {
  const requiredResourceAccess = lists.requiredResourceAccess.map((entry) => ({
    ...entry,
    resourceAccess: [...entry.resourceAccess],
  }));
  for (const { resourceAppId, ...access } of Object.values(missing.permissions)) {
    const entry = requiredResourceAccess.find((one) => one.resourceAppId === resourceAppId);
    if (entry === undefined) requiredResourceAccess.push({ resourceAppId, resourceAccess: [access] });
    else entry.resourceAccess.push(access);
  }
  return { redirectUris: [...lists.redirectUris, ...Object.values(missing.replyUrls)], requiredResourceAccess };
}

/** The lists without what was added, where it still is. */
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

/** What of the additions is still there: what somebody took out, and another puts back, is theirs. */
export function stillThere(added: Added, lists: Lists): Added {
  const asked = declaredPermissions(lists.requiredResourceAccess);
  return {
    ...added,
    replyUrls: added.replyUrls.filter((url) => lists.redirectUris.includes(url)),
    permissions: added.permissions.filter((one) => holdsPermission(asked, one)),
    resources: added.resources.filter((id) =>
      lists.requiredResourceAccess.some(({ resourceAppId }) => resourceAppId === id),
    ),
  };
}

/** What is on record of the service principal, now that this one was found: one that somebody made anew after ours was deleted is theirs. */
export function ownPrincipal(found: string | undefined, { servicePrincipal }: Added): string {
  if (servicePrincipal === unanswered) return found ?? unanswered;
  return servicePrincipal === found ? found : "";
}
