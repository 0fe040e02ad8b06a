import { type Definition, option } from "../options/define";
import { json, stack, project } from "../options/shared-options";

export const revoke: Definition = {
  name: "revoke",
  about:
    "for a stolen refresh token: disable it, remove its credential, end its account's sessions, list the customers",
  options: [
    stack,
    ...project,
    option(
      "--customers <file>",
      "the file for the customers that the token reached, JSON; default: customers-of-<stack>.json, in the current folder",
    ),
    option("--dry-run", "print the steps, and where to look; changes nothing and writes no file"),
    option("--yes", "do not ask for confirmation"),
    json,
  ],
  help: `Steps that you have no right to are left out; the failure at the end names them, and who can do them. Run it again until
the exit code is 0, and only then consent: a later run revokes the new token. It needs Key Vault Secrets Officer on the vault, a right
to change the application, and User.RevokeSessions.All on Microsoft Graph, or az login as a User Administrator. Exit code 0: all is revoked; a person then consents again. 1: a step is left.

Example:
  secure-app-model revoke --stack global`,
  run: "revoke",
};
