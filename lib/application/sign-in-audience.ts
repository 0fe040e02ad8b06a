/** The accounts that may sign in: those of every organization, or customers could not use the application. */
import { Failure, run, setSetting } from "../errors/failure";
import { type Application, named } from "./applications";

/** The audience that the model requires. */
export const wantedAudience = "AzureADMultipleOrgs";

const withPersonalAccounts = "AzureADandPersonalMicrosoftAccount";

/** An audience that also admits personal accounts need not change. */
export function admitsOrganizations(signInAudience: string): boolean {
  return signInAudience === wantedAudience || signInAudience === withPersonalAccounts;
}

/** Whether personal accounts may sign in: Graph then has other limits. */
export function admitsPersonalAccounts(signInAudience: string): boolean {
  return signInAudience === withPersonalAccounts || signInAudience === "PersonalMicrosoftAccount";
}

/** @param mayWiden whether an audience of one organization may be widened, by a setting @throws Failure */
export function requireAudience(application: Application, mayWiden: boolean): void {
  const { signInAudience } = application;
  if (admitsOrganizations(signInAudience) || mayWiden) return;
  throw new Failure(
    "application-audience",
    `${named(application)} has the sign-in audience ${signInAudience}, and the model needs ${wantedAudience}: no other organization could use it.`,
    run("Allow that change", setSetting("changeSignInAudience", "true")),
  );
}
