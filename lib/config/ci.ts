/** The settings of a bootstrap stack: the identities of CI, and where the engine's state is stored. */
import { type CloudName, regionOf } from "./clouds";
import { listOf, object, optional, optionalText, requiredText, text, usualText } from "./kinds";
import * as limits from "./limits";

/** The stack of each cloud's model in this repository; AzureChinaCloud has none. */
export const stackOfCloud: Partial<Record<CloudName, string>> = { AzureCloud: "global", AzureUSGovernment: "usgov" };

/** The issuer of GitHub runners' tokens; GitHub Enterprise may have a different one. */
export const githubIssuer = "https://token.actions.githubusercontent.com";

const httpsUrl = /^https:\/\/[^\s?#]+[^\s?#/]$/u;

/** A name that GitHub's paths hold: a URL takes `.` and `..` for other addresses. */
const pathName = String.raw`(?!\.{1,2}$)[\w.-]{1,100}`;

const github = object("GitHub Actions.", {
  repository: requiredText(new RegExp(`^[A-Za-z0-9](?:[A-Za-z0-9-]{0,37}[A-Za-z0-9])?/${pathName}$`, "u"), {
    about: "The repository whose workflows run the stacks; the identities trust its environments by name.",
    allowed: "owner/name",
    example: "<owner>/<name>",
  }),
  subjectPrefix: optionalText(/^repo:[^\s:]+$/u, {
    about: "The prefix of the subject in the runners' tokens: docs/ci.md, step 2.",
    allowed: "repo: and the text up to the next colon",
    example: "<subject prefix>",
    absent: "repo:<owner>/<name>",
  }),
  issuer: optionalText(httpsUrl, {
    about: "The issuer of the runners' tokens; GitHub Enterprise may have its own.",
    allowed: "an https address without a slash at its end",
    example: githubIssuer,
    absent: githubIssuer,
  }),
  reviewer: optionalText(new RegExp(`^@?[A-Za-z0-9][A-Za-z0-9-]{0,38}(?:/${pathName})?$`, "u"), {
    about: "The reviewer of each `up` that somebody else started; in a private repository only with GitHub Enterprise.",
    allowed: "a user, or a team as organization/team",
    example: "<user or team>",
    absent: "nobody is asked",
  }),
});

const devOpsName = /^[^\s./\\?#&%][^/\\?#&%]{0,254}$/u;

const connectionName = /^[\w.-]{1,200}$/u;

const azureDevOps = object("Azure Pipelines.", {
  organization: requiredText(/^[A-Za-z0-9](?:[A-Za-z0-9-]{0,48}[A-Za-z0-9])?$/u, {
    about: "The organization.",
    allowed: "the name in https://dev.azure.com/<organization>",
    example: "<organization>",
  }),
  project: requiredText(devOpsName, { about: "The project.", allowed: "its name", example: "<project>" }),
  issuer: requiredText(httpsUrl, {
    about: "The issuer of the jobs' tokens, as a service connection of the organization shows it.",
    allowed: "an https address without a slash at its end",
    example: "<issuer>",
  }),
  subjects: optional(
    listOf(
      "Subjects of service connections whose issuer is Entra (https://login.microsoftonline.com/<tenant>/v2.0); required for these.",
      "objects: connection, subject",
      object("One of them.", {
        connection: requiredText(connectionName, {
          about: "The service connection.",
          allowed: "its name",
          example: "<service connection>",
        }),
        subject: requiredText(/^(?:sc:\/\/|\/)\S{1,595}$/u, {
          about: "The exact subject.",
          allowed: "as the connection shows it, <prefix>/sc/<organization id>/<service connection id>",
          example: "<subject>",
        }),
      }),
    ),
    "sc://<organization>/<project>/<service connection>",
  ),
});

const state = object(
  "The stacks' state, and the key that encrypts its secrets: created in a separate resource group.",
  {
    account: requiredText(/^[a-z0-9]{3,24}$/u, {
      about: "The state's storage account.",
      allowed: "3 to 24 lower-case letters or digits, unique in the whole cloud",
      example: "contosopartnerstate",
    }),
    container: usualText(/^(?!.*--)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/u, {
      about: "The state's blob container.",
      allowed: "3 to 63 lower-case letters, digits or single dashes, no dash first or last",
      example: "pulumi",
    }),
    resourceGroupName: usualText(limits.resourceGroup, {
      about: "The state's own resource group.",
      allowed: limits.resourceGroupWords,
      example: "partner-state",
    }),
    location: requiredText(/^[a-z][a-z0-9 ]*$/iu, {
      about: "The state's region.",
      allowed: `a region of the cloud, such as ${regionOf.AzureCloud}`,
      example: regionOf.AzureCloud,
    }),
    vault: requiredText(limits.vaultName, {
      about: "The Key Vault of the encryption key.",
      allowed: limits.vaultNameWords,
      example: "contoso-partner-state",
    }),
    key: usualText(/^[0-9a-z-]{1,127}$/iu, {
      about: "The encryption key.",
      allowed: "1 to 127 letters, digits or dashes",
      example: "pulumi",
    }),
  },
);

export const ci = object(
  "The identities of CI, in place of a model: a separate stack that a person runs (docs/ci.md).",
  {
    stacks: optional(
      listOf(
        "The models' stacks.",
        "stacks of this cloud",
        text(/^(?:[\w.-]{1,100}|(?:.*[/\\])?Pulumi\.[\w.-]{1,100}\.yaml)$/u, {
          about: "One of them.",
          allowed: "its name, or the path of its Pulumi.<stack>.yaml",
          example: "global",
        }),
        1,
      ),
      `the cloud's: ${Object.values(stackOfCloud).join(", ")}`,
    ),
    github: optional(github),
    azureDevOps: optional(azureDevOps),
    state: optional(state, "the engine's state is kept elsewhere"),
  },
);
