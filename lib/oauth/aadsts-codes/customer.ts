/** Refusals in a customer's tenant, where others must act. Sources: users' reports, other partners' error texts. */
import { az, byPerson, ownCommand, run } from "../../errors/failure";
import { type AadstsEntry, type Entries, entry, type Remedy } from "../remedies";

const lookAgain = ownCommand("customers", "check", "<customer tenant>");

const notAdmitted = entry.account(
  "the service account is in no group that has access there, or is a guest there",
  "A relationship (GDAP) gives access to groups with roles in it. An account that is also a guest there may count only as the guest.",
  byPerson(
    "See which relationships are active, and which of their roles the account has through its groups",
    ownCommand("customers", "list", "--access", "--filter", "<customer tenant>"),
  ),
  run(
    "If it has none of them, an administrator of the partner's tenant adds it to such a group; then check again",
    az("ad", "group", "member", "add", "--group", "<group>", "--member-id", "<object id>"),
    lookAgain,
  ),
  byPerson("If it is a guest there, an administrator of the customer deletes the guest; then check again", lookAgain),
);

const excepted = byPerson(
  "An administrator of the customer, or an account of the partner's with the role Conditional Access Administrator there (GDAP), finds the policy in the customer's sign-in log and " +
    "excludes service providers' users from it; then check again",
  lookAgain,
);

const policies = {
  50074: "asks for strong authentication",
  50076: "asks for multi-factor authentication",
  50078: "asks for multi-factor authentication again",
  50079: "asks for an enrolment for multi-factor authentication",
  50158: "asks for the second factor of another provider",
  53000: "asks for a compliant device",
  53001: "asks for a device that is joined to the domain",
  53002: "admits only approved applications",
  53003: "blocks the service account",
  530003: "asks for a managed device",
  70043: "asks for a new sign-in",
};

const ofPolicies: Entries = Object.fromEntries(
  Object.entries(policies).map(([number, words]) => [
    number,
    entry.administrator(
      `the customer's Conditional Access ${words}`,
      "The customer's policies also apply to the partner's accounts. A new consent does not change that.",
      excepted,
    ),
  ]),
);

const notThere = entry["customer-consent"](
  "the application is not in the customer's tenant",
  "A consent for that customer puts it there; it was never given, or somebody there deleted the application.",
);
const notConsented = entry["customer-consent"](
  "the permission is not consented to there",
  "The customer has not consented to the application, or not to this resource.",
  run(
    "Consent there again, for each resource that is needed (--grant graph=User.Read)",
    ownCommand("customers", "consent", "<customer tenant>", "--replace", "--grant", "<grant>"),
  ),
);

export const customerCodes: Entries = {
  50020: notAdmitted,
  50177: notAdmitted,
  ...ofPolicies,
  65001: notConsented,
  500011: entry.permission(
    "the customer's tenant has no such resource",
    "Its URI is mistyped, or the customer never used that service: then its service principal is missing there.",
    byPerson(
      "Check the URI. If it is right, an administrator of the customer creates the service principal there; then check again",
      lookAgain,
    ),
  ),
  700016: notThere,
  7000112: entry.administrator(
    "the application is disabled in the customer's tenant",
    "An administrator there disabled its service principal.",
    byPerson("An administrator of the customer enables it; then check again", lookAgain),
  ),
  7000229: notThere,
  90002: entry.tenant(
    "this cloud has no such tenant",
    "The customer's tenant was deleted, or its id is mistyped.",
    byPerson("Customers and their tenants", ownCommand("customers", "list")),
  ),
};

/** Entries by kind of fix, for numbers without an entry of their own: a consent for the customer fixes these. */
const byRemedy: Partial<Record<Remedy, AadstsEntry>> = { permission: notConsented, "customer-consent": notThere };

export const customerEntry = (number: number | undefined, remedy: Remedy): AadstsEntry | undefined =>
  customerCodes[number ?? 0] ?? byRemedy[remedy];
