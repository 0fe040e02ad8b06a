import { type Definition, option } from "../options/define";
import { json, project } from "../options/shared-options";

export const ci: Definition = {
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
};
