/** The words and options of `customers`. */
import { applicationName, partnerCenterRate, redemptionsAtOnce } from "../../config/limits";
import { type Definition, numberOption, option, several } from "./define";
import { jsonLines, partner } from "./shared-options";

const grant = several(
  "--grant <resource=scopes>",
  "a resource (graph, arm, aad-graph, partner-center or a client id) and its scopes, separated by commas (default: graph=User.Read and arm=user_impersonation)",
);
const grants = option("--grants <file>", 'the same from a file: { "graph": ["User.Read"] }');

const from = option(
  "--from <file>",
  "the customers of a CSV file: Partner Center's export, the failures of an earlier run, or one a line",
);
const failures = option(
  "--failures <file>",
  "where failures go with their fixes, CSV or .jsonl; default named by the run",
);
const selection = [option("--all", "all customers"), from];
const rate = numberOption("--rate <number>", "requests a second of Partner Center", partnerCenterRate);
const redemptions = numberOption("--redemptions <number>", "redemptions at a time", redemptionsAtOnce);
const many = [
  ...selection,
  option("--journal <file>", "what a killed run goes on from; default named by the run, in the current folder"),
  failures,
  rate,
  option("--dry-run", "say for whom it would; nothing is changed, and no file is written"),
];

export const customers: Definition = {
  name: "customers",
  about: "the partner's customers, and the application's consent in their tenants",
  help: `Example:
  secure-app-model customers list`,
  subcommands: [
    {
      name: "list",
      about: "list the customers: tenant, domain, name",
      options: [
        ...partner,
        jsonLines,
        option("--filter <text>", "those alone that have this in tenant, domain or name"),
        option(
          "--access",
          "of each the granular relationships (GDAP) with roles and ends, which of the roles the service account has, and what a redemption there grants",
        ),
        grant,
        grants,
        redemptions,
      ],
      help: `Example:
  secure-app-model customers list --filter contoso --json`,
      run: "printCustomers",
    },
    {
      name: "consent [customers...]",
      about: "consent to the application for customers (tenant id or domain), so that token --tenant works there",
      options: [
        ...partner,
        grant,
        grants,
        option("--replace", "take another consent that is there back first; without it that is an error"),
        option("--display-name <name>", "the application's name in the customer's tenant").default(applicationName),
        ...many,
        redemptions,
      ],
      help: `One customer is waited for until its consent has taken effect. Of several, names will do as well; what a run has done stands in its journal,
and the same command goes on from there. The first Ctrl-C ends it with what is under way.

Example:
  secure-app-model customers consent customer.example --grant graph=User.Read,Directory.Read.All
  secure-app-model customers consent --all --grants grants.json
  secure-app-model customers consent --from Customers.csv --grants grants.json --replace`,
      run: "consentForCustomers",
    },
    {
      name: "check [customers...]",
      about: "redeem in the tenants of customers, default all: where it does not work, and why",
      options: [...partner, grant, grants, ...selection, failures, redemptions],
      help: `Example:
  secure-app-model customers check --grants grants.json --json`,
      run: "checkCustomers",
    },
    {
      name: "revoke [customers...]",
      about: "take the application's consent for customers back",
      options: [...partner, ...many, option("--yes", "take back those of several without asking")],
      help: `Example:
  secure-app-model customers revoke customer.example
  secure-app-model customers revoke --from Customers.csv --yes`,
      run: "revokeForCustomers",
    },
  ],
};
