/** Issues of a GitHub repository. */
import * as v from "valibot";
import { GitHub } from "./github";
import { forIssues, type Issue, type IssueText, type IssueTracker } from "./tracker";
import { marker, type Subject } from "./seen";

const issue = v.object({
  number: v.number(),
  html_url: v.string(),
  body: v.nullish(v.string()),
  pull_request: v.optional(v.looseObject({})),
});

/** @throws UsageError without a repository or token */
export function gitHubIssues(environment: NodeJS.ProcessEnv): IssueTracker {
  const gitHub = new GitHub(environment, forIssues);
  const patch = async (number: number, changes: object) =>
    await gitHub.ask("PATCH", `/issues/${number}`, v.unknown(), changes);
  return {
    find: async (subject) => {
      const query = `state=open&labels=${subject.label}&sort=created&direction=asc`;
      const all = await gitHub.list(`/issues?${query}`, v.array(issue), (page) => page);
      // Only accounts with triage rights can set a label, so nobody else's issue is mistaken for ours.
      return all.filter((one) => !one.pull_request && one.body?.startsWith(`${marker(subject)}, `)).map(found);
    },
    open: async (subject, text) => {
      const content = { ...contentOf(subject, text), labels: [subject.label] };
      return found(await gitHub.ask("POST", "/issues", issue, content));
    },
    change: async (number, subject, text) => await patch(number, contentOf(subject, text)),
    comment: async (number, body) =>
      await gitHub.ask("POST", `/issues/${number}/comments`, v.looseObject({}), { body }),
    close: async (number) => await patch(number, { state: "closed", state_reason: "completed" }),
  };
}

const contentOf = (subject: Subject, { title, body, fingerprint }: IssueText) => ({
  title,
  body: `${marker(subject)}, findings ${fingerprint} -->\n\n${body}`,
});

const found = ({ number, html_url: url, body }: v.InferOutput<typeof issue>): Issue => ({
  number,
  url,
  fingerprint: /^<!-- .*, findings ([0-9a-f]{16}) -->/u.exec(body ?? "")?.[1],
});
