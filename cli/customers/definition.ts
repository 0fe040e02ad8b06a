import { applicationName, partnerCenterRate, redemptionsAtOnce, warnBeforeDays } from "../../lib/config/limits";
import { type Definition, numberOption, option, several, suggesting } from "../options/define";
import { issue, jsonLines, markdown, notify, partner } from "../options/shared-options";

const grant = several(
  "--grant <resource=scopes>",
  "a resource (graph, arm, aad-graph, partner-center or a client id) and its scopes, separated by commas (default: graph=User.Read and arm=user_impersonation)",
);
const grants = [grant, option("--grants <file>", 'the same from a file: { "graph": ["User.Read"] }')];

const from = option(
  "--from <file>",
  "the customers of a CSV file: Partner Center's export, the failures of an earlier run, or one customer a line; graph: those in Microsoft Graph, for an indirect reseller",
);
export const failures = option(
  "--failures <file>",
  "the file for failures and their fixes, CSV or .jsonl; default: named after the run",
);
const selection = [option("--all", "all customers"), from];
const rate = numberOption("--rate <number>", "requests a second of Partner Center", partnerCenterRate);
const redemptions = numberOption("--redemptions <number>", "redemptions at a time", redemptionsAtOnce);
const many = [
  ...selection,
  failures,
  rate,
  option("--dry-run", "print the selected customers; changes nothing and writes no file"),
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
        option("--filter <text>", "only customers with this text in tenant, domain or name"),
        suggesting(
          option(
            "--from <source>",
            "graph: from Microsoft Graph; default: from there where Partner Center refuses the partner",
          ),
          ["graph"],
        ),
        option(
          "--access",
          "also print each customer's granular relationships (GDAP): roles, end dates, the service account's roles, and the permissions of a token there",
        ),
        ...grants,
        redemptions,
      ],
      help: `Example:
  secure-app-model customers list --filter contoso --json`,
      run: "printCustomers",
    },
    {
      name: "consent [customers...]",
      about: "consent to the application for customers (tenant id, domain or name), so that token --tenant works there",
      options: [
        ...partner,
        ...grants,
        option("--replace", "replace a different consent; without this option it is an error"),
        option("--display-name <name>", "the application's name in the customer's tenant").default(applicationName),
        ...many,
        redemptions,
      ],
      help: `For one customer the command waits until the consent takes effect. After a kill run it again: an existing consent is "already".
Ctrl-C once: finishes the customers in progress, then stops.

Example:
  secure-app-model customers consent customer.example --grant "graph=User.Read,Directory.Read.All"
  secure-app-model customers consent --all --grants grants.json
  secure-app-model customers consent --from Customers.csv --grants grants.json --replace`,
      run: "consentForCustomers",
    },
    {
      name: "check [customers...]",
      about: "get tokens for customers' tenants, default: all; prints the failures and their reasons",
      options: [
        ...partner,
        ...grants,
        ...selection,
        failures,
        redemptions,
        numberOption("--warn-days <number>", "warn this many days before a relationship (GDAP) ends", warnBeforeDays),
        issue("for this partner while access to a customer is lost, changed or ends soon"),
        notify("lost, changed and ending access"),
        markdown,
      ],
      help: `"gdap" in the file of grants lists the roles that the service account must have at each customer by a relationship (GDAP):
  { "graph": ["User.Read"], "gdap": ["Directory Readers"] }

Example:
  secure-app-model customers check --grants grants.json --json
  secure-app-model customers check --grants grants.json --issue --notify`,
      run: "checkCustomers",
    },
    {
      name: "revoke [customers...]",
      about: "revoke the application's consent for customers",
      options: [...partner, ...many, option("--yes", "do not ask for confirmation for several")],
      help: `Example:
  secure-app-model customers revoke customer.example
  secure-app-model customers revoke --from Customers.csv --yes`,
      run: "revokeForCustomers",
    },
  ],
};
