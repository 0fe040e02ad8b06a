import { Argument } from "commander";
import { commandsAtOnce } from "../../lib/config/limits";
import { failures, journal } from "../customers/definition";
import { type Definition, numberOption, option, several } from "../options/define";
import { partner } from "../options/shared-options";

export const exec: Definition = {
  name: "exec",
  argument: new Argument("<command...>", "the command and its arguments, after --"),
  about:
    "run a command whose tools find the model's tokens as a managed identity, in the partner's tenant or a customer's",
  options: [
    ...partner,
    option("--tenant <id>", "the customer's tenant that it works in, GUID or domain; default: the partner's own"),
    several("--resource <resource>", "hand out tokens for it alone: a name that `token` takes, a client id or a URI"),
    option("--az", "sign az in first, in a folder of the command's own, so that it works in that tenant"),
    option("--log <file>", "the file to log each token and each refusal to; default: standard error"),
    option("--customers <file>", "run it once for each customer of a file, which `customers consent --from` takes too"),
    option("--all", "run it once for each customer"),
    numberOption("--at-once <number>", "commands for customers that run at once", commandsAtOnce),
    option("--output <folder>", "files <tenant>.out and .err for each customer; default: lines after the domain"),
    journal,
    failures,
    option("--dry-run", "run nothing; print the variables that are set and left out, or for whom it would run"),
  ],
  help: `The exit code is the command's own; 127 where there is no such command, and one of secure-app-model where it does not begin.

Example:
  secure-app-model exec --tenant customer.example "--" python3 inventory.py
  secure-app-model exec --tenant customer.example --resource graph "--" node report.js
  secure-app-model exec --all --at-once 8 "--" ./audit.sh
  secure-app-model exec --tenant customer.example --az "--" az group list`,
  run: "exec",
};
