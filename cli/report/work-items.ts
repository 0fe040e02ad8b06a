/** Work items of an Azure DevOps project: what an issue is on GitHub. Every process has the type Task. Not verified against a live organization. */
import { createHash } from "node:crypto";
import * as v from "valibot";
import { escaped } from "../../lib/errors/markup";
import { AzureDevOps } from "./azure-devops";
import { forIssues } from "./purpose";
import { marker, type Subject } from "./seen";
import type { Issue, IssueText, IssueTracker } from "./tracker";

const type = "Task";
const list = <Schema extends v.GenericSchema>(of: Schema) => v.object({ value: v.array(of) });
const fields = v.object({
  "System.State": v.string(),
  "System.Description": v.optional(v.string(), ""),
});
const item = v.object({ id: v.number(), fields });
const states = list(v.object({ name: v.string(), category: v.string() }));
const query = v.object({ workItems: v.array(v.object({ id: v.number() })) });

/** Categories of states in which a work item is closed. */
const over = ["Completed", "Removed"];

export class WorkItems implements IssueTracker {
  readonly #azureDevOps: AzureDevOps;

  /** @throws UsageError with what is missing */
  constructor(environment: NodeJS.ProcessEnv) {
    this.#azureDevOps = new AzureDevOps(environment, forIssues);
  }

  async find(subject: Subject): Promise<Issue[]> {
    const wiql = `SELECT [System.Id] FROM WorkItems WHERE [System.TeamProject] = @project AND [System.Tags] CONTAINS '${tagOf(subject)}' ORDER BY [System.CreatedDate]`;
    const { workItems } = await this.#azureDevOps.ask("POST", "_apis/wit/wiql", query, { query: wiql });
    const ids = workItems.map(({ id }) => id).slice(-mostItems);
    if (ids.length === 0) return [];
    const asked = `_apis/wit/workitems?ids=${ids.join(",")}&fields=System.State,System.Description`;
    const { value } = await this.#azureDevOps.ask("GET", asked, list(item));
    const names = await this.#statesThat((category) => !over.includes(category));
    return value.filter((one) => names.includes(one.fields["System.State"])).map((one) => this.#found(one));
  }

  async open(subject: Subject, text: IssueText): Promise<Issue> {
    const tags = ["secure-app-model", subject.label, tagOf(subject)].join("; ");
    const patch = patchOf({ ...contentOf(subject, text), "System.Tags": tags });
    return this.#found(await this.#azureDevOps.ask("POST", `_apis/wit/workitems/$${type}`, item, patch));
  }

  async change(number: number, subject: Subject, text: IssueText): Promise<void> {
    await this.#patch(number, contentOf(subject, text));
  }

  async comment(number: number, text: string): Promise<void> {
    await this.#patch(number, { "System.History": escaped(text) });
  }

  async close(number: number): Promise<void> {
    const [state = "Closed"] = await this.#statesThat((category) => category === "Completed");
    await this.#patch(number, { "System.State": state });
  }

  async #statesThat(wanted: (category: string) => boolean): Promise<string[]> {
    const { value } = await this.#azureDevOps.ask("GET", `_apis/wit/workitemtypes/${type}/states`, states);
    return value.filter(({ category }) => wanted(category)).map(({ name }) => name);
  }

  async #patch(number: number, changes: Readonly<Record<string, string>>): Promise<void> {
    await this.#azureDevOps.ask("PATCH", `_apis/wit/workitems/${number}`, v.unknown(), patchOf(changes));
  }

  #found({ id, fields: { "System.Description": description } }: v.InferOutput<typeof item>): Issue {
    return {
      number: id,
      url: `${this.#azureDevOps.address}_workitems/edit/${id}`,
      fingerprint: /findings ([0-9a-f]{16})/u.exec(description)?.[1],
    };
  }
}

/** The limit of a request. */
const mostItems = 200;

/** Identifies the subject by a tag, because a query cannot search the text. */
function tagOf(subject: Subject): string {
  return `secure-app-model-${createHash("sha256").update(marker(subject)).digest("hex").slice(0, 16)}`;
}

/** The description is HTML: all content is escaped. */
const contentOf = ({ label, of, name }: Subject, { title, body, fingerprint }: IssueText) => ({
  "System.Title": title.slice(0, 255),
  "System.Description": `<pre>${escaped(body)}</pre><p>${escaped(`${label} of ${of} ${name}`)}, findings ${fingerprint}</p>`,
});

const patchOf = (changes: Readonly<Record<string, string>>): object[] =>
  Object.entries(changes).map(([name, value]) => ({ op: "add", path: `/fields/${name}`, value }));
