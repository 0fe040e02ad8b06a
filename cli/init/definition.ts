/** The name, options and help of `init`. */
import { type Definition, option, suggesting } from "../options/define";
import { cloud, endpoints, folder, json, stack } from "../options/shared-options";

export const init: Definition = {
  name: "init",
  about: "set up a stack: ask five questions, write its configuration with comments, check it, and print the next line",
  options: [
    stack,
    option("--vault-name <name>", "the name of the vault to create"),
    option("--region <region>", "its region"),
    option("--account <user principal name>", "the service account that signs in"),
    suggesting(option("--azure <yes or no>", "whether tokens for Azure are needed too"), ["yes", "no"]),
    option(
      "--graph <permissions>",
      "the delegated permissions of Microsoft Graph that tokens for it need, separated by commas, or none",
    ),
    option("--from <file>", "the file of another stack, for what the other options do not name; default: the template"),
    cloud,
    endpoints,
    option("--secrets-provider <url>", "of `pulumi stack init`; default: Pulumi Cloud's, or a passphrase"),
    folder,
    json,
  ],
  help: `Run it in the folder of Pulumi.yaml. Cloud, tenant and subscription are those of az login, or of ARM_* variables with --cloud.
It makes the stack with pulumi stack init, if there is none of that name, and does not change a file that is filled in.
Without a terminal to ask at, --vault-name, --region and --account are needed, or --from.
The exit code is that of doctor, which it runs at its end.

Examples:
  secure-app-model init --stack global
  secure-app-model init --stack global --vault-name contoso-tokens --region westeurope --account svc-partner@contoso.example
  secure-app-model init --stack usgov --from Pulumi.global.yaml --cloud AzureUSGovernment --region usgovvirginia`,
  run: "init",
};
