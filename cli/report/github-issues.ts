/** Issues of a GitHub repository. */
import * as v from "valibot";
import { GitHub } from "./github";
import { forIssues } from "./purpose";
import { marker, type Subject } from "./seen";
import type { Issue, IssueText, IssueTracker } from "./tracker";

const issue = v.object({
  number: v.number(),
  html_url: v.string(),
  body: v.nullish(v.string()),
  pull_request: v.optional(v.looseObject({})),
});

export class GitHubIssues implements IssueTracker {
  readonly #gitHub: GitHub;

  /** @throws UsageError without a repository or token */
  constructor(environment: NodeJS.ProcessEnv) {
    this.#gitHub = new GitHub(environment, forIssues);
  }

  async find(subject: Subject): Promise<Issue[]> {
    const query = `state=open&labels=${subject.label}&sort=created&direction=asc`;
    const all = await this.#gitHub.list(`/issues?${query}`, v.array(issue), (page) => page);
    // Only accounts with triage rights can set a label, so nobody else's issue is mistaken for ours.
    return all.filter((one) => !one.pull_request && one.body?.startsWith(`${marker(subject)}, `)).map(found);
  }

  async open(subject: Subject, text: IssueText): Promise<Issue> {
    const { title } = text;
    const content = { title, body: bodyOf(subject, text), labels: [subject.label] };
    return found(await this.#gitHub.ask("POST", "/issues", issue, content));
  }

  async change(number: number, subject: Subject, text: IssueText): Promise<void> {
    await this.#patch(number, { title: text.title, body: bodyOf(subject, text) });
  }

  async comment(number: number, body: string): Promise<void> {
    await this.#gitHub.ask("POST", `/issues/${number}/comments`, v.looseObject({}), { body });
  }

  async close(number: number): Promise<void> {
    await this.#patch(number, { state: "closed", state_reason: "completed" });
  }

  async #patch(number: number, changes: object): Promise<void> {
    await this.#gitHub.ask("PATCH", `/issues/${number}`, v.unknown(), changes);
  }
}

const bodyOf = (subject: Subject, { body, fingerprint }: IssueText): string =>
  `${marker(subject)}, findings ${fingerprint} -->\n\n${body}`;

const found = ({ number, html_url: url, body }: v.InferOutput<typeof issue>): Issue => ({
  number,
  url,
  fingerprint: /^<!-- .*, findings ([0-9a-f]{16}) -->/u.exec(body ?? "")?.[1],
});
