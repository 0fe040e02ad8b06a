/** The name, options and help of `preview`. */
import { type Definition, option } from "../options/define";
import { markdown, stack, project } from "../options/shared-options";

export const preview: Definition = {
  name: "preview",
  about: "show the changes of a deployment, also in a pull request's comment; changes nothing",
  options: [
    stack,
    ...project,
    option("--pull-request <number>", "keep one comment for this stack on that pull request on GitHub"),
    markdown,
    option(
      "--proposed <commit>",
      "preview this folder's program with Pulumi.<stack>.yaml of a pull request's commit; git must have the commit",
    ),
  ],
  help: `Runs pulumi preview --diff; reads no secret's value. Exit code 0: the preview succeeded, whatever it shows; 1: it
failed, or the comment could not be written, or --proposed has more than settings. --pull-request needs GITHUB_TOKEN (permission
pull-requests: write) and GITHUB_REPOSITORY.

Example:
  secure-app-model preview --stack global
  secure-app-model preview --stack global --pull-request 7 --proposed 4b825dc642cb6eb9a060e54bf8d69288fbee4904`,
  run: "previewStack",
};
