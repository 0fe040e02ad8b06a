import { Argument } from "commander";
import { commandsAtOnce } from "../../lib/config/limits";
import { failures } from "../customers/definition";
import { type Definition, numberOption, option, several } from "../options/define";
import { partner } from "../options/shared-options";

export const exec: Definition = {
  name: "exec",
  argument: new Argument("<command...>", "the command and its arguments, after --"),
  about:
    "run a command whose tools get the model's tokens as if from a managed identity, for the partner's tenant or a customer's",
  options: [
    ...partner,
    option("--tenant <id>", "the customer's tenant, GUID or domain; default: the partner's own"),
    several(
      "--resource <resource>",
      "issue tokens only for this resource: a name as for `token`, a client id or a URI",
    ),
    option("--unchecked", "start the command without first getting a token for that tenant"),
    option("--az", "first sign az in to that tenant, with a configuration folder for this command alone"),
    option("--github-token", "leave GITHUB_TOKEN and GH_TOKEN to the command"),
    option("--log <file>", "the file to log each token and each refusal to; default: standard error"),
    option(
      "--customers <file>",
      "run the command once for each customer of a file, or of graph, as for `customers consent --from`",
    ),
    option("--all", "run the command once for each customer"),
    numberOption("--at-once <number>", "number of customers at once", commandsAtOnce),
    option(
      "--output <folder>",
      "write <tenant>.out and .err for each customer to this folder; default: print lines, each after the domain",
    ),
    failures,
    option("--dry-run", "run nothing; print the variables to set and to remove, or the customers"),
  ],
  help: `The exit code is the command's own; 127 if there is no such command; secure-app-model's if the command does not start.

Example:
  secure-app-model exec --tenant customer.example "--" python3 inventory.py
  secure-app-model exec --tenant customer.example --resource graph "--" node report.js
  secure-app-model exec --all --at-once 8 "--" ./audit.sh
  secure-app-model exec --tenant customer.example --az "--" az group list`,
  run: ({ customers, all }) => (customers === undefined && all === undefined ? "exec" : "execForCustomers"),
};
