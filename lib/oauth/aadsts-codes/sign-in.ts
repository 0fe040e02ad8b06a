/** Refusals of a person's sign-in, and of the refresh token from it. */
import { az, byPerson, consentAnew, forCommand, forStack, ownCommand, pulumi, setSetting } from "../../errors/failure";
import { type Entries, entry } from "../remedies";

const mfa = "Partner Center takes only tokens of an account that signed in with multi-factor authentication.";
const conditionalAccess =
  "The tenant's policies refuse this account, device, network or application. Trying again changes nothing.";
const allowed = byPerson(
  "An administrator finds the policy in the sign-in log and excludes the service account or this network; then consent again",
  consentAnew,
);
const managedDevice = byPerson("Sign in in the browser of a device that the policy admits", consentAnew);
const account = "Another account than the service account was used, or the service account changed.";
const otherAccount = [
  forStack(
    "Sign in with the service account, or set another one",
    setSetting("consent.account", "<account>"),
    pulumi("up"),
  ),
  forCommand(
    "Sign in with the service account, or name another one",
    ownCommand("consent", "--force", "--account", "<account>"),
  ),
];

export const signInCodes: Entries = {
  50074: entry.consent("the account must sign in with strong authentication", mfa),
  50076: entry.consent("the account must sign in with multi-factor authentication", mfa),
  50078: entry.consent(
    "the multi-factor authentication of the last sign-in has expired",
    "A policy asks for a new second factor after some days, and a refresh token cannot give one.",
  ),
  50079: entry.consent(
    "the account has not enrolled for multi-factor authentication yet",
    mfa,
    byPerson("Enrol the account at https://aka.ms/mfasetup, then consent again", consentAnew),
  ),
  50158: entry.consent(
    "the second factor of another provider was not given",
    "A policy sends the account on to another provider's challenge, and the sign-in came back without its answer.",
  ),
  500121: entry.consent(
    "the second factor was refused, or not given in time",
    "The request on the person's phone was denied, or nobody answered it, or its code was wrong.",
  ),
  70043: entry.consent(
    "the sign-in frequency policy asks for a new sign-in",
    "Conditional Access ends sessions of this account after a set time, refresh tokens included.",
  ),
  700082: entry.consent(
    "the refresh token has expired after 90 days without use",
    "Nobody redeemed or renewed it in that time.",
  ),
  70008: entry.consent(
    "the refresh token or authorization code has expired",
    "A code lives some ten minutes, a refresh token 90 days from its last redemption.",
  ),
  50173: entry.consent(
    "the refresh token was revoked",
    "An administrator revoked the account's sessions, or its password was reset.",
  ),
  70000: entry.consent(
    "the refresh token is malformed or unknown",
    "The vault's value is not a token of this tenant: it is incomplete, overwritten, or of another kind.",
  ),
  65004: entry.consent("the consent was declined", "Somebody pressed Cancel on the page that asks for consent."),
  50020: entry.account("the account is not in this tenant", account, ...otherAccount),
  50034: entry.account("there is no such account", "Its name is mistyped, or it was deleted.", ...otherAccount),
  50053: entry.account(
    "the account is locked, or the sign-in came from an address with a bad name",
    "Too many wrong passwords lock an account for a time; an address that attacks came from is refused whatever the password.",
    byPerson("Wait, or sign in from another network; the sign-in log says which it was", consentAnew),
  ),
  50055: entry.account(
    "the password has expired",
    "The tenant's policy ends passwords after some days.",
    byPerson("Change it at https://myaccount.microsoft.com, then consent again", consentAnew),
  ),
  50057: entry.account(
    "the account is disabled",
    "An administrator blocked its sign-in.",
    byPerson(
      "An administrator enables it, then consent again",
      az("ad", "user", "update", "--id", "<account>", "--account-enabled", "true"),
      consentAnew,
    ),
  ),
  50126: entry.account(
    "the password is wrong",
    "The password was mistyped, or changed since.",
    byPerson("Sign in again with the right password", ownCommand("consent")),
  ),
  53000: entry.administrator(
    "a Conditional Access policy asks for a compliant device",
    "The browser ran on a device that the tenant does not consider compliant.",
    managedDevice,
    allowed,
  ),
  53001: entry.administrator(
    "a Conditional Access policy asks for a device that is joined to the domain",
    "The browser ran on a device that is not.",
    managedDevice,
    allowed,
  ),
  53002: entry.administrator(
    "a Conditional Access policy admits only approved applications",
    "This application is not on Microsoft's list of approved ones, whatever the device.",
    allowed,
  ),
  530003: entry.administrator(
    "a Conditional Access policy asks for a managed device",
    "The browser ran on a device that the tenant does not manage, or it could not prove that it does.",
    managedDevice,
    allowed,
  ),
  53003: entry.administrator("a Conditional Access policy blocks the sign-in", conditionalAccess, allowed),
  530034: entry.administrator(
    "the account of a delegated administrator is blocked for suspicious activity",
    "Entra considers the account at risk in its own tenant, so it may not enter customers' tenants.",
    allowed,
  ),
  530035: entry.administrator(
    "security defaults block the sign-in",
    "The tenant's security defaults consider this sign-in unsafe. Trying again changes nothing.",
    allowed,
  ),
  54005: entry.restart(
    "the authorization code was used already",
    "A code works once: the page was opened twice, or something tried again.",
  ),
  501481: entry.restart(
    "the code verifier does not match",
    "The code came from another attempt than the one that redeems it, such as an address pasted from an older window.",
  ),
};
