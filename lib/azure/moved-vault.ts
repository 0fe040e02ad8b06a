/** A vault that a stack made, and that somebody moved: Resource Manager has it under another id than the state. */
import { az, byPerson, Failure, type Fix, pulumi, removeSetting, setSetting } from "../errors/failure";
import { assignRole } from "./resource-manager";

export interface RecordedVault {
  uri: string;
  /** The id in the state; undefined: a refresh removed the vault from the state while it was elsewhere. */
  id: string | undefined;
  /** Whether the state still has the vault after this run: a deployment's own refresh removes it. */
  isKept: boolean;
  /** The URN of the resource group that the stack made, if it did. */
  group: string | undefined;
}

/** @param uri of a vault that was found */
export const isAt = (made: RecordedVault | undefined, uri: string | null | undefined): made is RecordedVault =>
  made !== undefined && originOf(made.uri) === originOf(uri ?? "");

const originOf = (uri: string): string => uri.replace(/\/$/u, "").toLowerCase();

const stays = "Its address, its tokens and all consents stay valid. A deployment could not make it again: it exists.";

/** @param id of the vault where it is now @param place of the settings, where the stack created it */
export function vaultMoved(
  made: RecordedVault,
  id: string,
  { subscriptionId, resourceGroupName }: { subscriptionId: string; resourceGroupName: string },
): Failure {
  const [, , subscription, , group] = id.split("/");
  const to = ["--destination-group", resourceGroupName, "--destination-subscription-id", subscriptionId];
  const back = byPerson(
    "Move it back: the next deployment gives the roles again",
    az("resource", "move", ...to, "--ids", id),
    pulumi("up"),
  );
  return new Failure("vault-moved", {
    what: `This stack's vault ${made.uri} was moved: it is in resource group ${group} of subscription ${subscription}, and was made in ${resourceGroupName} of ${subscriptionId}.`,
    why: `${stays} Nothing was changed.`,
    fixes: [...(made.isKept && made.id !== undefined ? [back] : []), keepAsExisting(made, id)],
  });
}

/** A vault that is back in its place, but was removed from the state while it was elsewhere. */
export const vaultDropped = (made: RecordedVault, id: string): Failure =>
  new Failure("vault-dropped", {
    what: `This stack's vault ${made.uri} is there, and the state no longer has it: a refresh took it out while it was moved or deleted.`,
    why: `${stays} Nothing was changed.`,
    fixes: [keepAsExisting(made, id)],
  });

/** Removes group and consent from the state alone: deleting the group would delete the vault. `up` finds the token. */
const keepAsExisting = ({ uri, group }: RecordedVault, id: string): Fix =>
  byPerson(
    "Keep it as an existing vault. A move takes the role assignments away: its readers need theirs again, and this login",
    assignRole("Key Vault Secrets Officer", "<object id>", id),
    pulumi("refresh"),
    ...(group === undefined ? [] : [pulumi("state", "delete", group, "--force", "--target-dependents")]),
    removeSetting("vault"),
    setSetting("vault.uri", uri),
    pulumi("up"),
  );
