/** Whether an account's own consent can succeed, as far as the deployer can see in Microsoft Graph; and the fixes if it cannot. */
import { findApplicationOf } from "../application/applications";
import { declaredIn, type DeclaredPermission } from "../application/declared";
import { Directory } from "../application/directory";
import { grantingAll } from "../application/directory-roles";
import { type DeclaredResource, declaredResources } from "../application/permissions";
import { type ConsentPrecheck, consentPrecheck } from "../application/who-may-consent";
import { microsoftGraph } from "../azure/graph";
import { Failure } from "../errors/failure";
import { grantedByAdministrator, grantedByDeployment } from "../oauth/remedies";
import { administratorCommand } from "./command";
import { AdministratorRequiredError } from "./errors";
import type { ConsentTarget } from "./target";

/**
 * @param account object id or user principal name; undefined: not known before the sign-in
 * @returns undefined if it cannot be determined: the sign-in will show it
 */
export async function precheckConsent(
  { cloud, tenantId, clientId }: ConsentTarget,
  account: string | undefined,
  progress: (line: string) => void,
): Promise<ConsentPrecheck | undefined> {
  if (account === undefined) {
    progress("Whether the account may consent is not known before it signs in: no account is named.");
    return undefined;
  }
  try {
    return await consentPrecheck(new Directory(microsoftGraph(cloud, tenantId)), clientId, account);
  } catch (error) {
    // A deployer without the right to read the directory must still be able to sign in.
    if (!(error instanceof Failure)) throw error;
    progress(`Whether ${account} may consent could not be looked up, so Entra will say. ${error.what}`);
    return undefined;
  }
}

/** The permissions that an application's registration declares; undefined, with a printed message, if they could not be read. */
export async function declaredFor(
  { cloud, tenantId, clientId }: Pick<ConsentTarget, "cloud" | "tenantId" | "clientId">,
  progress: (line: string) => void,
): Promise<readonly DeclaredPermission[] | undefined> {
  const directory = new Directory(microsoftGraph(cloud, tenantId));
  const unknown = "What the application declares could not be looked up.";
  try {
    const application = await findApplicationOf(directory.graph, clientId);
    if (application !== undefined) return await declaredIn(directory, application);
    progress(`${unknown} Application ${clientId} is registered in another tenant than ${tenantId}.`);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    progress(`${unknown} ${error.what}`);
  }
  return undefined;
}

/** The permissions that a token from a sign-in must include; if they are unknown, a message is printed and only Partner Center is checked. */
export async function delegatedFor(
  target: Pick<ConsentTarget, "cloud" | "tenantId" | "clientId">,
  progress: (line: string) => void,
): Promise<DeclaredResource[]> {
  const declared = await declaredFor(target, progress);
  if (declared !== undefined) return declaredResources(declared);
  progress("So only Partner Center is proven by redeeming.");
  return [];
}

/** @param what the refusal, in whole sentences @param outlook undefined if it could not be determined */
export function administratorRequired(
  target: ConsentTarget,
  what: string,
  outlook: ConsentPrecheck | undefined,
): AdministratorRequiredError {
  const roles = (outlook?.administrators ?? Object.values(grantingAll)).join(" or ");
  return new AdministratorRequiredError({
    what,
    fixes: [grantedByAdministrator(`Somebody who is ${roles}`, administratorCommand(target)), grantedByDeployment],
  });
}

/** Why Entra would refuse, as a sentence; undefined if nothing prevents it. */
export function refusalIn(outlook: ConsentPrecheck | undefined, account: string): string | undefined {
  if (outlook?.refused === undefined) return undefined;
  const { beyond, byPolicy } = outlook.refused;
  return byPolicy
    ? `The tenant's policy lets no ordinary account grant anything, so Entra would refuse the consent of ${account} (AADSTS90093) to ${beyond.join(", ")}.`
    : `Entra would refuse the consent of ${account} (AADSTS90094): an administrator has to grant ${beyond.join(", ")}.`;
}
