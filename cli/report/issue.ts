/** One issue about one subject on GitHub: opened, changed, and closed when nothing is wrong any more. */
import { appendFileSync } from "node:fs";
import * as v from "valibot";
import { GitHub } from "./github";
import { bodyOf, documentOfLook, fingerprintIn, headlineOf, isOurs, type Look, withMarker, seenBy } from "./look";

/** An issue or a comment, and the action on it. */
export interface Kept {
  action: "opened" | "unchanged" | "changed" | "closed" | "none" | "written" | "edited";
  number?: number;
  url?: string;
}

const issue = v.object({
  number: v.number(),
  html_url: v.string(),
  body: v.nullish(v.string()),
  user: v.nullish(v.object({ type: v.string() })),
  pull_request: v.optional(v.looseObject({})),
});

/** @throws UsageError without a repository or token */
export const gitHubForIssues = (environment: NodeJS.ProcessEnv): GitHub => new GitHub(environment, "issues: write");

const howKept = "The next look updates this issue, and the first that finds nothing closes it.";

/** Updates the issue, unless the look could not check. @throws UsageError without a repository or token; Failure if GitHub refuses */
export async function keepIssue(look: Look, environment: NodeJS.ProcessEnv): Promise<Kept> {
  const { outcome, fingerprint, first } = documentOfLook(look);
  if (outcome === "unknown") return { action: "none" };
  const gitHub = gitHubForIssues(environment);
  const patch = async (number: number, changes: object) =>
    await gitHub.ask("PATCH", `/issues/${number}`, v.unknown(), changes);
  // A comment, because GitHub sends no notification for a changed body.
  const comment = async (number: number) => {
    const body = `Now: ${first}${seenBy(environment)}.`;
    await gitHub.ask("POST", `/issues/${number}/comments`, v.looseObject({}), { body });
  };
  const query = `state=open&labels=${look.label}&sort=created&direction=asc`;
  const listed = await gitHub.list(`/issues?${query}`, v.array(issue), (page) => page);
  const [open, ...doubles] = listed.filter((one) => !one.pull_request && isOurs(look, one));
  // Duplicates, which two simultaneous runs have opened.
  for (const { number } of doubles) await patch(number, { state: "closed", state_reason: "not_planned" });
  if (outcome === "fine") {
    if (open === undefined) return { action: "none" };
    await comment(open.number);
    await patch(open.number, { state: "closed", state_reason: "completed" });
    return kept("closed", open);
  }
  const content = { title: headlineOf(look), body: withMarker(look, `${bodyOf(look, environment)} ${howKept}`) };
  if (open === undefined) {
    const opened = await gitHub.ask("POST", "/issues", issue, { ...content, labels: [look.label] });
    markTold(environment);
    return kept("opened", opened);
  }
  const isNews = fingerprintIn(open.body) !== fingerprint;
  // Before the patch: if that fails, the next run finds the old fingerprint and comments again.
  if (isNews) await comment(open.number);
  await patch(open.number, content);
  markTold(environment);
  return kept(isNews ? "changed" : "unchanged", open);
}

const kept = (action: Kept["action"], { number, html_url: url }: v.InferOutput<typeof issue>): Kept => ({
  action,
  number,
  url,
});

/** Sets an output for later steps of this workflow: the result was reported. */
function markTold({ GITHUB_OUTPUT: file }: NodeJS.ProcessEnv): void {
  if (file) appendFileSync(file, "told=true\n");
}
