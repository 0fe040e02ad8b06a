/** Whose accounts may sign in to the application: those of every organization, else no customer could use it. */
import { Failure, run, setSetting } from "../errors/failure";
import { type Application, named } from "./applications";

/** What the model wants. */
export const wantedAudience = "AzureADMultipleOrgs";

const withPersonalAccounts = "AzureADandPersonalMicrosoftAccount";

/** One that admits personal accounts too need not change. */
export function admitsOrganizations(signInAudience: string): boolean {
  return signInAudience === wantedAudience || signInAudience === withPersonalAccounts;
}

/** Graph has other limits for these. */
export function admitsPersonalAccounts(signInAudience: string): boolean {
  return signInAudience === withPersonalAccounts || signInAudience === "PersonalMicrosoftAccount";
}

/** @param mayWiden whether an audience of one organization is widened: of somebody else's application only when told to @throws Failure */
export function requireAudience(application: Application, mayWiden: boolean): void {
  const { signInAudience } = application;
  if (admitsOrganizations(signInAudience) || mayWiden) return;
  throw new Failure(
    "application-audience",
    `${named(application)} has the sign-in audience ${signInAudience}, and the model needs ${wantedAudience}: no other organization could use it.`,
    run("The audience is changed only when told to", setSetting("changeSignInAudience", "true")),
  );
}
