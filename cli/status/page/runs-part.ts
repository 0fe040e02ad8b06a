/** The last runs of workflows, from `gh run list`. */
import { type Markup, markup } from "../../../lib/errors/markup";
import { type State, worstState } from "../../report/finding";
import { andMore, mark, moment, section, table } from "./elements";
import type { Action, Part } from "./part";
import type { Run } from "./report-shapes";
import { countOf } from "./words";

const id = "runs";
const most = 20;

/**
 * By GitHub's conclusion of a run, which is "" until it has ended.
 * @see https://docs.github.com/rest/checks/runs
 */
const byConclusion: Readonly<Record<string, State>> = {
  "": "skipped",
  success: "ok",
  failure: "failed",
  timed_out: "failed",
  startup_failure: "failed",
  action_required: "warning",
  cancelled: "skipped",
  neutral: "skipped",
  skipped: "skipped",
  stale: "skipped",
};

const stateOf = ({ conclusion }: Run): State => byConclusion[conclusion] ?? "unknown";
const workflowOf = ({ workflowName, name }: Run): string => (workflowName === "" ? name : workflowName);
const wordsOf = ({ conclusion, status }: Run): string => (conclusion === "" ? status : conclusion).replaceAll("_", " ");

export function runsPart(runs: readonly Run[]): Part {
  const newest = runs.toSorted((one, other) => Date.parse(other.createdAt) - Date.parse(one.createdAt));
  // A cancelled or skipped run has no result: the one before counts.
  const last = new Map<string, Run>();
  for (const run of newest) {
    if (stateOf(run) !== "skipped" && !last.has(workflowOf(run))) last.set(workflowOf(run), run);
  }
  const lasts = [...last.values()];
  const bad = lasts.filter((run) => stateOf(run) !== "ok");
  const text =
    bad.length === 0
      ? `The last run of ${lasts.length === 1 ? "the workflow" : `each of ${countOf(lasts.length, "workflow")}`} succeeded`
      : `The last run of ${bad.length.toLocaleString("en-US")} of ${countOf(lasts.length, "workflow")} did not succeed`;
  const rows = newest.slice(0, most);
  return {
    facts: lasts.length === 0 ? [] : [{ state: worstState(lasts.map(stateOf)), text, section: id }],
    actions: bad.map(actionOf),
    sections: [
      section(
        id,
        "Last runs",
        rows.length === 0
          ? markup`<p>There are none.</p>`
          : markup`${table(
              ["Workflow", "Result", "Began", "What"],
              rows.map((run) => [
                workflowOf(run),
                markup`${mark(stateOf(run))}${wordsOf(run)}`,
                moment(new Date(run.createdAt)),
                titleOf(run),
              ]),
            )}${andMore(newest.length - rows.length, "gh run list")}`,
      ),
    ],
  };
}

function actionOf(run: Run): Action {
  const url = addressOf(run);
  return {
    state: stateOf(run),
    title: `The last run of workflow ${workflowOf(run)}: ${wordsOf(run)}`,
    said: run.displayTitle === "" ? [] : [{ text: run.displayTitle }],
    more: 0,
    fixes: [],
    link: url === undefined ? undefined : { text: "Open its log", url },
  };
}

function titleOf(run: Run): Markup {
  const url = addressOf(run);
  const words = run.displayTitle === "" ? "run" : run.displayTitle;
  return url === undefined ? markup`${words}` : markup`<a href="${url}" rel="noreferrer">${words}</a>`;
}

/** Only web addresses become links; "javascript:" addresses do not, for example. */
function addressOf({ url }: Run): string | undefined {
  const parsed = URL.parse(url);
  return parsed?.protocol === "https:" ? parsed.href : undefined;
}
