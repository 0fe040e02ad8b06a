/** Microsoft Graph as the service account: the rights of the person who runs this do not matter. */
import { AzureApi } from "../../lib/azure/api";
import { byPerson, Failure, pulumi, setSetting } from "../../lib/errors/failure";
import { isNotGranted } from "../../lib/token/prove-grants";
import { redeemIn } from "../../lib/token/redeem";
import { CustomerError } from "../terminal/exit-code";
import type { Partner } from "./partner";

/** Delegated permissions: to read relationships, and the account's own memberships. */
const needed = ["DelegatedAdminRelationship.Read.All", "User.Read"] as const;

/** @param unread what is not read without them, a whole clause @throws CustomerError without permissions; Failure in China, where Graph has none */
export async function relationshipGraphOf(partner: Partner, unread: string): Promise<AzureApi> {
  const { name, microsoftGraph } = partner.cloud;
  const notServed = "Microsoft Graph does not serve granular relationships (GDAP) in this cloud.";
  if (name === "AzureChinaCloud") throw new Failure("relationships-not-served", notServed);
  const redeem = () => redeemIn(partner.cloud, partner.stored, microsoftGraph);
  const { scopes } = await redeem().catch((error: unknown) => {
    throw isNotGranted(error) ? lacking(unread) : error;
  });
  if (!scopes.some((scope) => /^DelegatedAdminRelationship\.Read(?:Write)?\.All$/iu.test(scope))) throw lacking(unread);
  return new AzureApi("Microsoft Graph", microsoftGraph, {
    getToken: async () => {
      const { accessToken: token, expiresOn } = await redeem();
      return { token, expiresOnTimestamp: expiresOn.getTime() };
    },
  });
}

/** @param unread what is not read without them, a whole clause */
export function lacking(unread: string): CustomerError {
  const what = `${unread}: the token lacks ${needed.join(" and ")} of Microsoft Graph.`;
  const why = "The application does not declare these delegated permissions by default.";
  const extra = "permissions.extra[0]";
  const declaring = byPerson(
    "Add them to permissions.extra, and have them granted",
    setSetting(`${extra}.resource`, "Microsoft Graph"),
    ...needed.map((permission, index) => setSetting(`${extra}.delegated[${index}]`, permission)),
    pulumi("up"),
  );
  return new CustomerError("relationships-unreadable", { what, why }, declaring);
}
