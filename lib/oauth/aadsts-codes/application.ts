/** Refusals caused by the application: its permissions, its registration, its secret. */
import { az, byPerson, ownCommand, pulumi, rotateNow, run } from "../../errors/failure";
import { type Entries, entry, fixes } from "../remedies";

const noPrincipal =
  "Entra issues tokens only for resources that have a service principal in the tenant. Partner Center's may be missing in a tenant that was never a partner.";
const repair = ownCommand("doctor", "--fix");
const makePrincipal = run("Check the resource's URI. If Partner Center's own service principal is missing", repair);
const replyUrls = [run("Put the reply URLs back", pulumi("up")), run("Put them back without a deployment", repair)];
const defect = "Entra cannot read this program's request, or a proxy changed it.";

export const applicationCodes: Entries = {
  65001: entry.permission(
    "the permission has not been consented to",
    "It was declared after the account consented, and a sign-in alone does not grant it; or it was never declared: the model's own set has none for Azure Resource Manager.",
  ),
  650056: entry.permission(
    "the application lists no permission for this resource, or nobody consented, or the client id is another application's",
    "Entra has one number for all three; the application's registration shows which it is.",
    byPerson(
      "Compare the client id and the permissions with what was deployed",
      ownCommand("doctor", "--stack", "<stack>"),
    ),
    ...fixes.permission,
  ),
  650057: entry.permission(
    "the application does not declare a permission for this resource",
    "Entra issues tokens only for resources that the application's registration lists.",
  ),
  500011: entry.permission("the resource has no service principal in this tenant", noPrincipal, makePrincipal),
  650052: entry.administrator("the tenant has no subscription to this resource", noPrincipal, makePrincipal),
  65005: entry.registration(
    "a declared resource is not in this tenant, or the permissions asked for are not those that are declared",
    noPrincipal,
    makePrincipal,
    run("Put the declared permissions back", pulumi("up")),
  ),
  90093: entry["admin-consent"](
    "this account may not grant what the application asks for",
    "The tenant's policy does not let its accounts consent to applications, or not to these permissions.",
  ),
  900941: entry["admin-consent"](
    "an administrator must consent, because Entra considers the application risky",
    "An application is risky if it has no verified publisher and asks for more than basic permissions: ordinary accounts may not consent to it.",
  ),
  900981: entry["admin-consent"](
    "the administrators were asked to consent, because Entra considers the application risky",
    "The tenant has an admin consent workflow: the request waits for an administrator, who sees this number as a warning.",
  ),
  90094: entry["admin-consent"](
    "an administrator must consent",
    "An application permission, or a delegated one that only administrators may grant, is declared and not granted; or the account was asked to consent to all of them again.",
  ),
  7000112: entry.administrator(
    "the application is disabled",
    "An administrator disabled its service principal.",
    run(
      "Enable it, then check again",
      az("ad", "sp", "update", "--id", "<client id>", "--set", "accountEnabled=true"),
      ownCommand("doctor"),
    ),
  ),
  50105: entry.administrator(
    "the account is not assigned to the application",
    "The application's service principal admits only accounts that are assigned to it.",
    run(
      "Assign the account, or admit all, then consent",
      az("ad", "sp", "update", "--id", "<client id>", "--set", "appRoleAssignmentRequired=false"),
      ownCommand("consent"),
    ),
  ),
  7000215: entry.secret(
    "the client secret is wrong, or is the secret's id instead of its value",
    "The secret was deleted or replaced, or somebody stored its id instead of its value.",
  ),
  7000222: entry.secret(
    "the client secret has expired",
    "Its end date has passed. A new consent would not help.",
    run("Rotate it", rotateNow),
  ),
  7000218: entry.registration(
    "the request carried no client secret",
    "A confidential client must prove itself. The vault's secret was empty, or the application counts as a public client.",
    run("Repair the registration, then the secret", repair, pulumi("up")),
  ),
  700025: entry.registration(
    "the application is registered as a public client",
    "The out-of-band URI, or the loopback one, is under the public client's reply URLs instead of under web.",
    run("Move it", repair),
  ),
  9002327: entry.registration(
    "the application is registered as a single-page application",
    "The out-of-band URI, or the loopback one, is under the single-page application's reply URLs instead of under web: Entra then gives tokens only to browsers' cross-origin requests.",
    run("Move it", repair),
  ),
  50011: entry.registration(
    "the redirect URI is not one of the application's reply URLs",
    "Somebody removed or overwrote the reply URLs.",
    ...replyUrls,
  ),
  900971: entry.registration("the application has no reply URL", "Somebody removed all of them.", ...replyUrls),
  700007: entry.vault(
    "the token was issued to another application",
    "A refresh token works only with the client id that it was issued to.",
  ),
  900144: entry.defect("the request is malformed", defect),
  9002313: entry.defect("the request is malformed", defect),
};
