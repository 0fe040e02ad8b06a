/** A repository with a branch main, cloned as a workflow has it, and the commits that pull requests bring. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const author = ["-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"];

const git = (cwd: string, ...argv: string[]): string =>
  execFileSync("git", [...author, ...argv], { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();

/** Makes an existing folder a clone: of its files, those in `files` are on main, and the others are in no repository. */
export function asClone(folder: string, files: readonly string[]): void {
  const origin = `${folder}-origin.git`;
  mkdirSync(origin);
  git(origin, "init", "--quiet", "--bare", "--initial-branch=main");
  // As GitHub: a commit of a pull request can be fetched by its id.
  git(origin, "config", "uploadpack.allowAnySHA1InWant", "true");
  git(folder, "init", "--quiet", "--initial-branch=main");
  git(folder, "add", ...files);
  git(folder, "commit", "--quiet", "--message=main");
  git(folder, "remote", "add", "origin", origin);
  git(folder, "push", "--quiet", "origin", "main");
}

/** What an author pushes to a branch. @param files by name: their text, or a link's target; null: removed @returns the commit's id */
export function propose(folder: string, files: Readonly<Record<string, string | { link: string } | null>>): string {
  const work = mkdtempSync(`${folder}-author-`);
  git(work, "clone", "--quiet", `${folder}-origin.git`, ".");
  for (const [name, content] of Object.entries(files)) {
    if (content === null || typeof content !== "string") git(work, "rm", "--quiet", "--ignore-unmatch", name);
    mkdirSync(dirname(join(work, name)), { recursive: true });
    if (typeof content === "string") writeFileSync(join(work, name), content);
    else if (content !== null) symlinkSync(content.link, join(work, name));
  }
  git(work, "add", "--all");
  git(work, "commit", "--quiet", "--allow-empty", "--message=proposed");
  // The second is what Azure Repos makes of it.
  git(work, "push", "--quiet", "--force", "origin", "HEAD:refs/heads/proposed", "HEAD:refs/pull/7/merge");
  return git(work, "rev-parse", "HEAD");
}

export const fetched = (folder: string, commit: string): string => {
  git(folder, "fetch", "--quiet", "--no-tags", "--depth=1", "origin", commit);
  return commit;
};
