import * as v from "valibot";
import type { Context, StorageAccount, Subscription } from "../context";
import { strictObject } from "../strict-json";
import { requireAction, type ResourceContext } from "./authorization";
import { readBody } from "./body";
import { tenantsWithSubscriptions } from "../directories";
import { ResourceError } from "./errors";
import { subscriptionId } from "./subscriptions";

const question = strictObject({ name: v.string(), type: v.literal("Microsoft.Storage/storageAccounts") });

/** Checks whether the name of a storage account is still free. */
export async function checkAccountAvailability(c: ResourceContext): Promise<Response> {
  requireAction(c, subscriptionId(c.var.subscription), "Microsoft.Storage/checknameavailability/read");
  const { name } = await readBody(c, question);
  if (!isAccountName(name))
    return c.json({ nameAvailable: false, reason: "AccountNameInvalid", message: invalidName(name) });
  if (accountAnywhere(c.var.context, name) === undefined) return c.json({ nameAvailable: true });
  return c.json({ nameAvailable: false, reason: "AlreadyExists", message: takenName(name) });
}

export function checkAccountName(name: string): void {
  if (!isAccountName(name)) throw new ResourceError(400, "AccountNameInvalid", invalidName(name));
}

const isAccountName = (name: string): boolean => /^[a-z0-9]{3,24}$/u.test(name);

const invalidName = (name: string): string =>
  `${name} is not a valid storage account name. Storage account name must be between 3 and 24 characters in length and use ` +
  "numbers and lower-case letters only.";

export const takenName = (name: string): string => `The storage account named ${name} is already taken.`;

/** Names are unique in a whole cloud, because they are host names. */
export function accountAnywhere(
  context: Context,
  name: string,
): { subscription: Subscription; account: StorageAccount } | undefined {
  const all = tenantsWithSubscriptions(context).flatMap(({ subscriptions }) => [...subscriptions.values()]);
  for (const subscription of all) {
    const account = subscription.storageAccounts?.get(name);
    if (account !== undefined) return { subscription, account };
  }
  return undefined;
}
