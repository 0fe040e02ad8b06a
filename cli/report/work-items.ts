/** Azure DevOps' work items, as issues. Every process has tasks. Not verified against a live organization. */
import { createHash } from "node:crypto";
import * as v from "valibot";
import { escaped } from "../../lib/errors/markup";
import { AzureDevOps } from "./azure-devops";
import { forIssues, type Issue, type IssueText, type IssueTracker } from "./tracker";
import { marker, type Subject } from "./seen";

const type = "Task";
const item = v.object({
  id: v.number(),
  fields: v.object({ "System.State": v.string(), "System.Description": v.optional(v.string(), "") }),
});
const items = v.object({ value: v.array(item) });
const states = v.object({ value: v.array(v.object({ name: v.string(), category: v.string() })) });
const query = v.object({ workItems: v.array(v.object({ id: v.number() })) });

/** Categories of states in which a work item is closed. */
const over = ["Completed", "Removed"];

/** The limit of a request. */
const mostItems = 200;

/** @throws UsageError with what is missing */
export function workItems(environment: NodeJS.ProcessEnv): IssueTracker {
  const azureDevOps = new AzureDevOps(environment, forIssues);
  const statesThat = async (isMeant: (category: string) => boolean): Promise<string[]> => {
    const { value } = await azureDevOps.ask("GET", `_apis/wit/workitemtypes/${type}/states`, states);
    return value.filter(({ category }) => isMeant(category)).map(({ name }) => name);
  };
  const patch = async (number: number, changes: Readonly<Record<string, string>>) =>
    await azureDevOps.ask("PATCH", `_apis/wit/workitems/${number}`, v.unknown(), patchOf(changes));
  const found = ({ id, fields: { "System.Description": description } }: v.InferOutput<typeof item>): Issue => ({
    number: id,
    url: `${azureDevOps.address}_workitems/edit/${id}`,
    fingerprint: /findings ([0-9a-f]{16})/u.exec(description)?.[1],
  });
  return {
    find: async (subject) => {
      const wiql = `SELECT [System.Id] FROM WorkItems WHERE [System.TeamProject] = @project AND [System.Tags] CONTAINS '${tagOf(subject)}' ORDER BY [System.CreatedDate]`;
      const listed = await azureDevOps.ask("POST", "_apis/wit/wiql", query, { query: wiql });
      const ids = listed.workItems.map(({ id }) => id).slice(-mostItems);
      if (ids.length === 0) return [];
      const asked = `_apis/wit/workitems?ids=${ids.join(",")}&fields=System.State,System.Description`;
      const { value } = await azureDevOps.ask("GET", asked, items);
      const names = await statesThat((category) => !over.includes(category));
      return value.filter((one) => names.includes(one.fields["System.State"])).map(found);
    },
    open: async (subject, text) => {
      const tags = ["secure-app-model", subject.label, tagOf(subject)].join("; ");
      const changes = patchOf({ ...contentOf(subject, text), "System.Tags": tags });
      return found(await azureDevOps.ask("POST", `_apis/wit/workitems/$${type}`, item, changes));
    },
    change: async (number, subject, text) => await patch(number, contentOf(subject, text)),
    comment: async (number, text) => await patch(number, { "System.History": escaped(text) }),
    close: async (number) => {
      const [state = "Closed"] = await statesThat((category) => category === "Completed");
      return await patch(number, { "System.State": state });
    },
  };
}

/** Identifies the subject by a tag, because a query cannot search the text. */
const tagOf = (subject: Subject): string =>
  `secure-app-model-${createHash("sha256").update(marker(subject)).digest("hex").slice(0, 16)}`;

/** The description is HTML: all content is escaped. */
const contentOf = ({ label, of, name }: Subject, { title, body, fingerprint }: IssueText) => ({
  "System.Title": title.slice(0, 255),
  "System.Description": `<pre>${escaped(body)}</pre><p>${escaped(`${label} of ${of} ${name}`)}, findings ${fingerprint}</p>`,
});

const patchOf = (changes: Readonly<Record<string, string>>): object[] =>
  Object.entries(changes).map(([name, value]) => ({ op: "add", path: `/fields/${name}`, value }));
