/** The name, options and help of every command. */
import { Argument } from "commander";
import { concurrency, deadlineMinutes, failBeforeDays, signInPort, warnBeforeDays } from "../../lib/config/limits";
import { shells } from "../completion/words";
import { resourceNames } from "../resources";
import { customers } from "./customers";
import { type Definition, numberOption, option, several, suggesting } from "./define";
import { json, jsonLines, notify, partner, reportTo, target } from "./shared-options";

const stack = option("--stack <name>", "the stack, as `pulumi stack ls` names it").makeOptionMandatory();
const atOnce = numberOption("--concurrency <number>", "tokens that are worked on at once", concurrency);
const project = [
  option("--cwd <folder>", "the folder of Pulumi.yaml; default: the current one"),
  option("--config-file <file>", "the stack's configuration, where it is not Pulumi.<stack>.yaml"),
];
/** In the order of --help: from the set-up to everyday use. */
export const commands: readonly Definition[] = [
  {
    name: "doctor",
    about: "check every precondition, before a deployment and after it, and print the fixes",
    options: [
      ...target,
      option("--tenant <id>", "the partner tenant, GUID or domain; default: the login's"),
      option("--client-id <id>", "the application's client id; default: the one that the stored token names"),
      option("--stack <name>", "take all of these from a stack's configuration and outputs"),
      ...project,
      option(
        "--fix",
        "repair reply URLs, a missing service principal and, with --stack, what a killed run left; changes nothing else",
      ),
      option(
        "--probe",
        "also redeem the stored token for all that is declared, and ask Partner Center whether it is of multi-factor authentication",
      ),
    ],
    help: `Without --fix nothing is changed; without --probe no secret's value is read. Only --cloud is required.
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
        "the partner tenant, GUID or domain; this and the next four default to what the tags of the vault's token name",
      ),
      option("--client-id <id>", "the application's client id; --as-administrator takes it from no tag"),
      option("--client-secret-name <name>", "the vault secret that holds the client secret"),
      option("--credential <reference>", "a certificate instead, as the stack's output `credential` names it"),
      option("--account <upn>", "the service account that signs in"),
      option("--force", "sign in even if the stored token is still valid"),
      option(
        "--as-administrator",
        "grant everything that the application declares to everybody in the tenant, including application permissions; stores no token",
      ),
      option("--import", "take an existing refresh token from standard input instead of a sign-in"),
      option("--device-code", "not supported: prints why, and what to do on a machine without a browser"),
      numberOption("--port <number>", "loopback port of the sign-in", signInPort),
      numberOption("--deadline <minutes>", "how long to wait for the sign-in", deadlineMinutes),
    ],
    help: `Examples:
  secure-app-model consent --force
  secure-app-model consent --cloud AzureCloud --vault https://contoso.vault.azure.net \\
    --tenant contoso.example --client-id 11111111-… --client-secret-name client-secret-initial-1a2b3c4d --account svc@contoso.example

An ordinary account cannot consent to the model's permissions. An administrator grants them once, and needs no role on the vault:
  secure-app-model consent --as-administrator --cloud AzureCloud --tenant contoso.example --client-id 11111111-…

Over ssh: open the printed address in any browser, then paste or pipe in the address that the browser ends at.
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
      option(
        "--tenant <id>",
        "the customer's tenant that the token is for, GUID or domain; default: the partner's own",
      ),
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
    about: "print when refresh tokens and client secrets expire; reads only the vault's metadata",
    options: [
      ...partner,
      option("--stack <name>", "take cloud and vault from a stack's configuration and outputs"),
      ...project,
      jsonLines,
      atOnce,
      numberOption("--warn-days <number>", "warn this many days before the end", warnBeforeDays),
      numberOption("--fail-days <number>", "fail this many days before the end", failBeforeDays),
      option(
        "--probe",
        "also redeem each token for all that is declared, and ask Partner Center whether it is of multi-factor authentication",
      ),
      reportTo("keep one issue for this vault open while something in it is not ok"),
      notify("what is not ok"),
      option("--html <file>", "write one page as well: what ends when, and what to do; no secret is on it"),
      option("--open", "open that page in the browser, until Ctrl-C"),
      several("--status-report <file>", "for the page: what status --json printed of another vault"),
      several("--drift-report <file>", "for the page: what drift --json printed"),
      several(
        "--customers-report <file>",
        "for the page: what customers check --json or customers list --json printed",
      ),
      several("--runs <file>", "for the page: what gh run list --json printed"),
    ],
    help: `Exit codes: 0 ok, warnings included; 3 a token has to be consented to or renewed; 4 a client secret has to be rotated;
1 could not tell. Where several apply, 4 wins over 3, and 3 over 1. Only --probe shows that a token was revoked.
--report-to github needs GITHUB_TOKEN (permission issues: write) and GITHUB_REPOSITORY, azure-devops SYSTEM_ACCESSTOKEN.

Example:
  secure-app-model status --cloud AzureCloud --vault https://contoso.vault.azure.net --probe
  secure-app-model status --probe --report-to github --notify
  secure-app-model status --html status.html --drift-report drift.json --status-report usgov.json`,
    run: "status",
  },
  {
    name: "renew",
    about: "replace refresh tokens with fresh ones, without a sign-in; all of the vault's, or one tenant's",
    options: [
      ...partner,
      jsonLines,
      atOnce,
      option(
        "--if-older-than <age>",
        "keep tokens that are younger than this, such as 7d or 12h, and that Entra still accepts",
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
    about: "print what in the cloud differs from what the stack declares; changes nothing",
    options: [
      stack,
      ...project,
      reportTo("keep one issue for this stack open while it has drifted"),
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
    name: "preview",
    about: "show what a deployment would change, in a pull request's comment as well; changes nothing",
    options: [
      stack,
      ...project,
      reportTo("keep one comment for this stack, of a pull request"),
      option("--pull-request <number>", "whose comment; default the one that the workflow runs on"),
      option(
        "--proposed <commit>",
        "the settings that a pull request's commit has in Pulumi.<stack>.yaml, for this folder's program; git must have it",
      ),
    ],
    help: `Runs pulumi preview --refresh --diff; reads no secret's value. Exit code 0: the preview succeeded, whatever it shows; 1: it
failed, or the comment could not be written, or --proposed has more than settings. --report-to github needs GITHUB_TOKEN (permission
pull-requests: write) and GITHUB_REPOSITORY.

Example:
  secure-app-model preview --stack global
  secure-app-model preview --stack global --report-to github --pull-request 7 --proposed 4b825dc642cb6eb9a060e54bf8d69288fbee4904`,
    run: "previewStack",
  },
  {
    name: "up",
    about: "deploy a stack without questions, as CI does, where its state holds no other code than this program's",
    options: [stack, ...project],
    help: `Runs pulumi up --refresh --yes --skip-preview, which runs what the state holds as the code of a resource: looks at that first.
Exit code 0: deployed; 1: the deployment failed, as its output says, or the state holds other code, and nothing ran.

Example:
  secure-app-model up --stack global`,
    run: "up",
  },
  {
    name: "report-jobs",
    about: "report each failed job of a workflow's run, and when it succeeds again",
    options: [
      option("--run <id>", "the number of the workflow's run, which is over").makeOptionMandatory(),
      reportTo("keep one issue for each job open until it succeeds"),
      notify("what failed"),
      json,
    ],
    help: `For a workflow that runs after others. A job whose finding has an issue already is not reported again. Exit code 0: all was reported, or
nothing failed; 1: a report failed. It needs GITHUB_TOKEN (permissions actions: read and issues: write) and GITHUB_REPOSITORY.

Example:
  secure-app-model report-jobs --run 16012345678 --report-to github --notify`,
    run: "reportJobs",
  },
  {
    name: "rotate",
    about:
      "make a new credential for a stack's application now, publish all tokens of its vault with it, and print what is left to do",
    options: [
      stack,
      ...project,
      option(
        "--scheduled",
        "rotate only if the stack's calendar has a rotation due, and only if nothing else would change",
      ),
      option(
        "--revoke-now",
        "remove the replaced credential from the application at once, because it is known to be stolen",
      ),
      option("--yes", "do not ask for confirmation"),
      json,
    ],
    help: `Without --scheduled it is for an emergency: one command does every step. If it is interrupted, run it again: it continues.
Runs pulumi up --refresh. Exit code 0: rotated, or none is due; 5: --scheduled, and the preview has other changes than the rotation.

Example:
  secure-app-model rotate --stack global --revoke-now
  secure-app-model rotate --stack global --scheduled`,
    run: "rotate",
  },
  {
    name: "revoke",
    about:
      "for a stolen refresh token: disable it, remove its credential, end its account's sessions, list the customers",
    options: [
      stack,
      ...project,
      option(
        "--customers <file>",
        "the file for the customers that it reached, JSON; default: customers-of-<stack>.json, in the current folder",
      ),
      option("--dry-run", "print what would be revoked, and where to look; changes nothing and writes no file"),
      option("--yes", "do not ask for confirmation"),
      json,
    ],
    help: `Who may not do one of these does the others: it ends with a failure that names what is left and who does it. Run it
again until it ends with 0, and only then consent: a later run revokes the new token. It needs Key Vault Secrets Officer on the vault, a right
to change the application, and User.RevokeSessions.All on Microsoft Graph, or az login as a User Administrator. Exit code 0: all is revoked; a person then consents again. 1: something is left.

Example:
  secure-app-model revoke --stack global`,
    run: "revoke",
  },
  {
    name: "ci",
    about: "set up GitHub or Azure Pipelines for a bootstrap stack",
    help: `Example:
  secure-app-model ci set-up --stack ci-global --dry-run`,
    subcommands: [
      {
        name: "set-up",
        about: "guard the environments of the jobs and set their variables, with gh as it is signed in; asks before",
        options: [
          option("--stack <name>", "the bootstrap stack, as `pulumi stack ls` names it").makeOptionMandatory(),
          ...project,
          option("--dry-run", "print the lines, to be pasted; runs none"),
          option("--yes", "do not ask before"),
          json,
        ],
        help: `Before the stack's first deployment it makes each environment, which admits main alone: an identity trusts whatever has its name.
After that, run again, it sets the variables. No line has a secret. What is as it should be stays.
It makes nothing in a public repository, nor where one person's push reaches main unreviewed.
For Azure Pipelines it makes the variable groups, with az; the rest is done by hand (docs/ci.md).

Example:
  secure-app-model ci set-up --stack ci-global`,
        run: "setUpCi",
      },
    ],
  },
  {
    name: "explain [text...]",
    about: "print what an AADSTS error means here, its cause and its fix; reads a log from standard input",
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
    about: "print a script that lets a shell complete commands, options and their values",
    options: [json],
    help: `Install it, with the command on PATH (npm install --global, or an alias of npx secure-app-model):
  bash, in ~/.bashrc:  source <(secure-app-model completion bash)
  zsh, in ~/.zshrc:    source <(secure-app-model completion zsh)    # after compinit
  fish:                secure-app-model completion fish > ~/.config/fish/completions/secure-app-model.fish
  powershell, in $PROFILE:  secure-app-model completion powershell | Out-String | Invoke-Expression

Example:
  secure-app-model completion bash`,
    run: "completion",
    isHarmless: true,
  },
];
