/** The lines that set up the CI provider. */
import { environmentFor } from "../../lib/ci-identities/environments";
import { guardLines, variableLines } from "../../lib/ci-identities/github";
import type { GithubSettings } from "../../lib/config/bootstrap";
import { requireSubjects, trustOf } from "../../lib/ci-identities/provider";
import { commandLine } from "../../lib/errors/text";

const facts = {
  stack: "global",
  tenantId: "<tenant>",
  subscriptionId: "<subscription>",
  backend: "azblob://s?storage_account=a",
  vaultUri: "https://v.vault.azure.net/",
};
const environments = [environmentFor("up", "<up>", facts), environmentFor("renew", "<renew>", facts)];
const github = { repository: "contoso/partner", issuer: "https://token.actions.githubusercontent.com" };
const text = (given: GithubSettings) =>
  [...guardLines(given, environments), ...variableLines(given, environments)].map((line) => commandLine(line));

test("a person who approves is looked up by name, a team by its organization; nobody is asked where nobody is named", () => {
  const first = (reviewer?: string) => text({ ...github, ...(reviewer !== undefined && { reviewer }) })[0];
  expect(first("@octocat")).toBe(
    `gh api users/octocat --jq '{reviewers: [{type: "User", id}], prevent_self_review: true, deployment_branch_policy: {protected_branches: false, custom_branch_policies: true}}' | gh api --method PUT repos/contoso/partner/environments/global --silent --input -`,
  );
  expect(first("contoso/platform")).toMatch(
    /^gh api orgs\/contoso\/teams\/platform --jq '\{reviewers: \[\{type: "Team", id\}\]/u,
  );
  expect(first()).toMatch(/^gh api --method PUT repos\/contoso\/partner\/environments\/global --silent --field /u);
});

test("what is trusted: an environment of the repository, with its numbers where it has some; or a service connection", () => {
  expect(trustOf({ github }, "global").subject).toBe("repo:contoso/partner:environment:global");
  expect(trustOf({ github: { ...github, subjectPrefix: "repo:contoso@1/partner@2" } }, "global-read").subject).toBe(
    "repo:contoso@1/partner@2:environment:global-read",
  );
  const azureDevOps = { organization: "contoso", project: "partner", issuer: "https://vstoken.example/1" };
  expect(trustOf({ azureDevOps }, "global-read")).toEqual({
    name: "azure-pipelines",
    issuer: "https://vstoken.example/1",
    subject: "sc://contoso/partner/global-read",
  });
});

test("tokens of Entra's own issuer: the subject is what each connection shows, and what nobody said is asked for at once", () => {
  const issuer = "https://login.microsoftonline.com/aaaaaaaa-1111-4222-8333-444444444444/v2.0";
  const subject =
    "/eid1/c/pub/t/AAAA/a/AAAA/sc/11111111-2222-4333-8444-555555555555/66666666-7777-4888-8999-000000000000";
  const given = { organization: "contoso", project: "partner", issuer };
  const azureDevOps = { ...given, subjects: [{ connection: "global", subject }] };
  expect(trustOf({ azureDevOps }, "global")).toEqual({ name: "azure-pipelines", issuer, subject });
  const ask =
    (...environments: string[]) =>
    () => {
      requireSubjects({ azureDevOps }, environments);
    };
  expect(ask("global")).not.toThrow();
  expect(ask("global", "global-read", "global-renew")).toThrow(
    new RegExp(
      "so their subjects cannot be derived: global-read, global-renew\\. [^]*pulumi config set-all --path " +
        "--plaintext 'secure-application-model:ci\\.azureDevOps\\.subjects\\[1\\]\\.connection=global-read' " +
        "--plaintext 'secure-application-model:ci\\.azureDevOps\\.subjects\\[1\\]\\.subject=<subject of global-read>' " +
        "--plaintext 'secure-application-model:ci\\.azureDevOps\\.subjects\\[2\\]\\.connection=global-renew'",
      "u",
    ),
  );
  // Azure Pipelines' own says it by names.
  const own = { ...given, issuer: "https://vstoken.dev.azure.com/11111111-2222-4333-8444-555555555555" };
  expect(() => {
    requireSubjects({ azureDevOps: own }, ["global-read"]);
  }).not.toThrow();
});
