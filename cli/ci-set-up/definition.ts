import { type Definition, option } from "../options/define";
import { project } from "../options/shared-options";

export const ci: Definition = {
  name: "ci",
  about: "set up GitHub for a bootstrap stack",
  help: `Example:
  secure-app-model ci set-up --stack ci-global --dry-run`,
  subcommands: [
    {
      name: "set-up",
      about: "protect the environments of the jobs and set their variables, with the account of gh; asks first",
      options: [
        option("--stack <name>", "the bootstrap stack, as `pulumi stack ls` names it").makeOptionMandatory(),
        ...project,
        option("--dry-run", "print the commands to paste, and run none"),
        option("--yes", "do not ask for confirmation"),
      ],
      help: `Run it before the stack's first deployment: it creates the environments, each for main alone (an identity trusts any environment of its name).
Run it again after that: it sets the variables. No command has a secret; an environment that exists is not changed.
It creates nothing in a public repository, nor where one person can push to main without a review.
It prints the workflow's events that an Actions policy forbids. Azure Pipelines is set up by hand (docs/ci.md).

Example:
  secure-app-model ci set-up --stack ci-global`,
      run: "setUpCi",
    },
  ],
};
