/** Whether an account's own consent can succeed, as far as Microsoft Graph shows it; and the fixes if not. */
import { findApplicationOf } from "../application/applications";
import { declaredIn, type DeclaredPermission } from "../application/declared";
import { Directory } from "../application/directory";
import { grantingAll } from "../application/directory-roles";
import { type DeclaredResource, declaredResources } from "../application/permissions";
import { type ConsentPrecheck, consentPrecheck } from "../application/who-may-consent";
import { microsoftGraph } from "../azure/graph";
import { Failure, type Fix } from "../errors/failure";
import { grantedByDeployment } from "../oauth/remedies";
import { grantedByAdministrators } from "../token/command";
import type { ConsentTarget, Progress } from "../token/target";
import type { Client } from "../credential/client-credential";

/** The directory's answer; undefined, with a message, if it may not be read: signing in stays possible. */
async function look<T>(
  { cloud, tenantId }: Client,
  unknown: string,
  progress: Progress,
  ask: (directory: Directory) => Promise<T>,
): Promise<T | undefined> {
  return await ask(new Directory(microsoftGraph(cloud, tenantId))).catch((error: unknown) => {
    if (!(error instanceof Failure)) throw error;
    progress(`${unknown} ${error.what}`);
    return undefined;
  });
}

/** @param account object id or user principal name; undefined: not known before the sign-in */
export async function precheckConsent(
  target: Client,
  account: string | undefined,
  progress: Progress,
): Promise<ConsentPrecheck | undefined> {
  if (account === undefined) {
    progress("Could not check whether the account may consent: no account is named.");
    return undefined;
  }
  const unknown = `Could not check whether ${account} may consent; Entra does at the sign-in.`;
  return await look(target, unknown, progress, (directory) => consentPrecheck(directory, target.clientId, account));
}

/** @param unregistered thrown if the directory has no such application; default: the result is undefined */
export async function declaredFor(
  target: Client,
  progress: Progress,
  unregistered?: Failure,
): Promise<readonly DeclaredPermission[] | undefined> {
  const { tenantId, clientId } = target;
  const unknown = "Could not read what the application declares.";
  const precheck = await look(target, unknown, progress, async (directory) => {
    const application = await findApplicationOf(directory.graph, clientId);
    return application === undefined ? "none" : await declaredIn(directory, application);
  });
  if (precheck !== "none") return precheck;
  progress(`${unknown} Application ${clientId} is not registered in tenant ${tenantId}.`);
  if (unregistered !== undefined) throw unregistered;
  return undefined;
}

/** The permissions that a token from a sign-in must include. */
export async function delegatedFor(
  target: Client,
  progress: Progress,
  unregistered?: Failure,
): Promise<DeclaredResource[]> {
  const declared = await declaredFor(target, progress, unregistered);
  if (declared === undefined) progress("So only Partner Center is tested.");
  return declaredResources(declared ?? []);
}

/**
 * @param what the refusal, in whole sentences @param outlook undefined if it could not be determined
 * @param grantsMade whether the deployment grants already
 * @param first what may help before an administrator has to do anything
 */
export function administratorRequired(
  target: ConsentTarget,
  what: string,
  { outlook, grantsMade = false }: { outlook: ConsentPrecheck | undefined; grantsMade?: boolean | undefined },
  ...first: readonly Fix[]
): Failure {
  const roles = (outlook?.administrators ?? Object.values(grantingAll)).join(" or ");
  return new Failure("administrator-required", {
    what,
    fixes: [
      ...first,
      ...grantedByAdministrators(target, `Somebody who is ${roles}`, outlook?.alone),
      ...(grantsMade ? [] : [grantedByDeployment]),
    ],
  });
}

/** Why Entra would refuse, as a sentence; undefined if nothing prevents it. */
export function refusalIn(outlook: ConsentPrecheck | undefined, account: string): string | undefined {
  if (outlook?.refused === undefined) return undefined;
  const { beyond, byPolicy } = outlook.refused;
  return byPolicy
    ? `The tenant's policy lets no ordinary account consent, so Entra would refuse the consent of ${account} (AADSTS90093) to ${beyond.join(", ")}.`
    : `Entra would refuse the consent of ${account} (AADSTS90094): an administrator must grant ${beyond.join(", ")}.`;
}
