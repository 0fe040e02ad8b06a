/** What an account's own consent can come to, as Microsoft Graph tells whoever deploys; and what helps where it cannot. */
import { findApplicationOf } from "../application/applications";
import { declaredIn, type DeclaredPermission, delegatedOf } from "../application/declared";
import { Directory } from "../application/directory";
import { grantingAll } from "../application/directory-roles";
import type { DeclaredResource } from "../application/permissions";
import { type ConsentOutlook, consentOutlook } from "../application/who-may-consent";
import { microsoftGraph } from "../azure/graph";
import { Failure } from "../errors/failure";
import { grantedByAdministrator, grantedByDeployment } from "../oauth/remedies";
import { administratorCommand } from "./command";
import { AdministratorRequiredError } from "./errors";
import type { ConsentTarget } from "./target";

/** @param account object id or user principal name; undefined: not known before the sign-in @returns undefined where it could not be told: then Entra will say */
export async function lookAhead(
  { cloud, tenantId, clientId }: ConsentTarget,
  account: string | undefined,
  progress: (line: string) => void,
): Promise<ConsentOutlook | undefined> {
  if (account === undefined) {
    progress("Whether the account may consent is not known before it signs in: no account is named.");
    return undefined;
  }
  try {
    return await consentOutlook(new Directory(microsoftGraph(cloud, tenantId)), clientId, account);
  } catch (error) {
    // Whatever keeps this process from looking keeps nobody from signing in.
    if (!(error instanceof Failure)) throw error;
    progress(`Whether ${account} may consent could not be looked up, so Entra will say. ${error.what}`);
    return undefined;
  }
}

/** What an application's registration declares; undefined where that could not be looked up, and the words say so. */
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

/** What a sign-in has to bring; nothing but Partner Center is proven where that is not known, and the words say so. */
export async function delegatedFor(
  target: Pick<ConsentTarget, "cloud" | "tenantId" | "clientId">,
  progress: (line: string) => void,
): Promise<DeclaredResource[]> {
  const declared = await declaredFor(target, progress);
  if (declared !== undefined) return delegatedOf(declared);
  progress("So only Partner Center is proven by redeeming.");
  return [];
}

/** @param what the refusal, in whole sentences @param outlook undefined where it could not be looked up */
export function administratorRequired(
  target: ConsentTarget,
  what: string,
  outlook: ConsentOutlook | undefined,
): AdministratorRequiredError {
  const roles = (outlook?.administrators ?? Object.values(grantingAll)).join(" or ");
  return new AdministratorRequiredError({
    what,
    fixes: [grantedByAdministrator(`Somebody who is ${roles}`, administratorCommand(target)), grantedByDeployment],
  });
}

/** Why Entra would refuse, as a sentence; undefined: it would not. */
export function refusalIn(outlook: ConsentOutlook | undefined, account: string): string | undefined {
  if (outlook?.refused === undefined) return undefined;
  const { beyond, byPolicy } = outlook.refused;
  return byPolicy
    ? `The tenant's policy lets no ordinary account grant anything, so Entra would refuse the consent of ${account} (AADSTS90093) to ${beyond.join(", ")}.`
    : `Entra would refuse the consent of ${account} (AADSTS90094): an administrator has to grant ${beyond.join(", ")}.`;
}
