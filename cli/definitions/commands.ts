/** The words and options of every command. */
import { Argument } from "commander";
import { concurrency, deadlineMinutes, failBeforeDays, signInPort, warnBeforeDays } from "../../config/limits";
import { shells } from "../completion/words";
import { resourceNames } from "../resources";
import { customers } from "./customers";
import { type Definition, numberOption, option, suggesting } from "./define";
import { json, jsonLines, partner, target } from "./shared-options";

const atOnce = numberOption("--concurrency <number>", "tokens that are worked on at once", concurrency);
const project = [
  option("--cwd <folder>", "the folder of Pulumi.yaml; default the current one"),
  option("--config-file <file>", "the stack's configuration, where it is not Pulumi.<stack>.yaml"),
];
/** In the order of --help: from setting up to every day. */
export const commands: readonly Definition[] = [
  {
    name: "doctor",
    about: "look at every precondition, before anything is deployed and after, and print the fixes",
    options: [
      ...target,
      option("--tenant <id>", "the partner tenant, GUID or domain; default the login's"),
      option("--client-id <id>", "the application; default the one that the stored token names"),
      option("--stack <name>", "take all of these from a stack's configuration and outputs"),
      ...project,
      option(
        "--fix",
        "repair what can be: reply URLs, a missing service principal and, with --stack, what a killed run left; changes nothing else",
      ),
      option(
        "--probe",
        "also redeem the stored token for all that is declared, and ask Partner Center whether it is of multi-factor authentication",
      ),
    ],
    help: `Without --fix nothing is changed, without --probe no secret's value is read, and --cloud is all that is needed.
✓ ok, ! warning, ✗ failed or could not tell, – skipped. Exit code 0: nothing failed; else that of the first ✗:
1 could not tell, or a right or a service principal is missing; 2 this machine, the command line or the configuration; 3 consent needed; 4 rotation needed.

Examples:
  secure-app-model doctor --cloud AzureCloud --tenant contoso.example
  secure-app-model doctor --stack global --fix
  secure-app-model doctor --stack global --probe`,
    run: "doctor",
  },
  {
    name: "consent",
    about: "sign in once and store the refresh token, where `pulumi up` could not",
    options: [
      ...target,
      option(
        "--tenant <id>",
        "the partner tenant, GUID or domain; like the next four as the vault's token says, once it holds one",
      ),
      option("--client-id <id>", "the application's client id"),
      option("--client-secret-name <name>", "the vault secret that holds the client secret"),
      option("--credential <reference>", "a certificate in its place, as the stack's output `credential` names it"),
      option("--account <upn>", "the service account that has to sign in"),
      option("--force", "sign in even though the token that is there is still valid"),
      option(
        "--as-administrator",
        "grant all that the application declares to everybody in the tenant, application permissions included; stores no token",
      ),
      option("--import", "take an existing refresh token from standard input instead of a sign-in"),
      option("--device-code", "refused: says why, and what to do on a machine without a browser"),
      numberOption("--port <number>", "loopback port of the sign-in", signInPort),
      numberOption("--deadline <minutes>", "how long to wait for the sign-in", deadlineMinutes),
    ],
    help: `Examples:
  secure-app-model consent --force
  secure-app-model consent --cloud AzureCloud --vault https://contoso.vault.azure.net \\
    --tenant contoso.example --client-id 11111111-… --client-secret-name client-secret-initial-1a2b3c4d --account svc@contoso.example

An ordinary account cannot consent to the model's permissions; an administrator does, once, and needs no role on the vault:
  secure-app-model consent --as-administrator --cloud AzureCloud --tenant contoso.example --client-id 11111111-…

Over ssh it prints an address for a browser anywhere, and takes the address that it ends at, pasted or piped in.
For a token that exists already:
  … -o tsv | secure-app-model consent --import --tenant contoso.example --client-id … --client-secret-name …`,
    run: "consentForPartner",
  },
  {
    name: "token",
    argument: suggesting(new Argument("<resource>", "a short name, or a resource's client id or URI"), resourceNames),
    about: "print an access token: partner-center, arm, graph, aad-graph (retired), or a resource's client id or URI",
    options: [
      ...partner,
      option("--tenant <id>", "a customer's tenant, GUID or domain, that the token is for; default the partner's own"),
      option(
        "--powershell [cmdlet]",
        "print a line for Invoke-Expression: Connect-PartnerCenter, Connect-AzAccount, Connect-MgGraph, or (retired) Connect-AzureRmAccount, Connect-MsolService; with --json the parameters to splat",
      ),
    ],
    help: `Example:
  secure-app-model token partner-center --cloud AzureCloud --vault https://contoso.vault.azure.net
  secure-app-model token graph --tenant customer.example --json
  secure-app-model token arm --powershell | Invoke-Expression`,
    run: "token",
  },
  {
    name: "status",
    about: "print when refresh tokens and client secrets expire, from the vault's metadata alone",
    options: [
      ...partner,
      jsonLines,
      atOnce,
      numberOption("--warn-days <number>", "days before an end from which it warns", warnBeforeDays),
      numberOption("--fail-days <number>", "days before an end from which it fails", failBeforeDays),
      option(
        "--probe",
        "also redeem each token for all that is declared, and ask Partner Center whether it is of multi-factor authentication",
      ),
      option("--report-to <tracker>", "keep one issue for this vault open while something in it is not ok: github"),
      option(
        "--notify",
        "post what is not ok to the webhook of Teams or Slack whose address is in SECURE_APP_MODEL_WEBHOOK",
      ),
    ],
    help: `Exit codes: 0 ok, warnings included; 3 a token has to be consented to or renewed; 4 a client secret has to be rotated;
1 could not tell. With several, 4 comes before 3 before 1. Only --probe shows that a token was revoked.
--report-to github needs GITHUB_TOKEN (permission issues: write) and GITHUB_REPOSITORY.

Example:
  secure-app-model status --cloud AzureCloud --vault https://contoso.vault.azure.net --probe
  secure-app-model status --probe --report-to github --notify`,
    run: "status",
  },
  {
    name: "renew",
    about: "store a fresh refresh token in each one's place, without a person; all of the vault's, or one tenant's",
    options: [
      ...partner,
      jsonLines,
      atOnce,
      option(
        "--if-older-than <age>",
        "keep tokens that were stored later than this ago, such as 7d or 12h, and that Entra still takes",
      ),
    ],
    help: `Needs the role Key Vault Secrets Officer on the refresh token's secret and Key Vault Secrets User on the client secret's;
without --partner-tenant it lists the vault's secrets as well.

Example:
  secure-app-model renew --cloud AzureCloud --vault https://contoso.vault.azure.net --if-older-than 7d`,
    run: "renewTokens",
  },
  customers,
  {
    name: "drift",
    about: "say what in the cloud is no longer as the stack declares it; changes nothing",
    options: [
      option("--stack <name>", "the stack, as `pulumi stack ls` names it").makeOptionMandatory(),
      ...project,
      option("--report-to <tracker>", "keep one issue for this stack open while it has drifted: github"),
      option("--markdown", "print Markdown"),
      json,
    ],
    help: `Runs pulumi preview --refresh --expect-no-changes. Exit code 0: no drift; 5: drift; 4: the rotation by the calendar is
overdue; 1: could not look; 2: no such stack, or its configuration is wrong. --report-to github needs GITHUB_TOKEN (permission issues: write) and GITHUB_REPOSITORY.

Example:
  secure-app-model drift --stack global
  secure-app-model drift --stack global --markdown --report-to github`,
    run: "drift",
  },
  {
    name: "rotate",
    about:
      "make a new credential for a stack's application now, publish all tokens of its vault with it, and say what is left",
    options: [
      option("--stack <name>", "the stack, as `pulumi stack ls` names it").makeOptionMandatory(),
      ...project,
      option(
        "--scheduled",
        "rotate only where the stack's calendar says that it is due, and only where nothing else would change",
      ),
      option(
        "--revoke-now",
        "take the credential that is replaced off the application at once: it is known to be stolen",
      ),
      option("--yes", "do not ask before"),
      json,
    ],
    help: `Without --scheduled it is for an emergency, by hand or by the calendar: one command does every step; cut off, running it again goes on.
Runs pulumi up --refresh. Exit code 0: rotated, or none is due; 5: --scheduled, and the preview holds anything but the rotation.

Example:
  secure-app-model rotate --stack global --revoke-now
  secure-app-model rotate --stack global --scheduled`,
    run: "rotate",
  },
  {
    name: "explain [text...]",
    about: "say what an AADSTS error means here, why, and what fixes it; reads a log from standard input",
    options: [json],
    help: `Examples:
  secure-app-model explain AADSTS65001
  pulumi up 2>&1 | secure-app-model explain

Exit codes: 0 every number is known, 1 one is not or there is none, 2 nothing to explain was given.`,
    run: "explain",
    isHarmless: true,
  },
  {
    name: "completion",
    argument: suggesting(new Argument("<shell>", "the shell to print it for"), shells),
    about: "print a script that makes a shell complete commands, options and their values",
    options: [json],
    help: `Install it, with the command on PATH (npm install --global, or an alias of npx secure-app-model):
  bash, in ~/.bashrc:  source <(secure-app-model completion bash)
  zsh, in ~/.zshrc:    source <(secure-app-model completion zsh)    # after compinit
  fish:                secure-app-model completion fish > ~/.config/fish/completions/secure-app-model.fish

Example:
  secure-app-model completion bash`,
    run: "completion",
    isHarmless: true,
  },
];
