/** The last runs of workflows, from `gh run list`. */
import { markup } from "../../../lib/errors/markup";
import { type State, worstState } from "../../report/finding";
import { andMore, mark, moment, table } from "./elements";
import type { Part } from "./part";
import type { Run } from "./reports";
import { countOf, numberText } from "./words";

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

export function runsPart(runs: readonly Run[]): Part {
  const newest = runs
    .toSorted((one, other) => Date.parse(other.createdAt) - Date.parse(one.createdAt))
    .map(({ workflowName, name, displayTitle, conclusion, status, createdAt, url }) => ({
      state: byConclusion[conclusion] ?? "unknown",
      workflow: workflowName === "" ? name : workflowName,
      result: (conclusion === "" ? status : conclusion).replaceAll("_", " "),
      began: new Date(createdAt),
      title: displayTitle,
      url: addressOf(url),
    }));
  // A cancelled or skipped run has no result: the one before counts.
  const ended = Map.groupBy(
    newest.filter(({ state }) => state !== "skipped"),
    ({ workflow }) => workflow,
  );
  const lasts = [...ended.values()].flatMap((all) => all.slice(0, 1));
  const bad = lasts.filter(({ state }) => state !== "ok");
  const all = countOf(lasts.length, "workflow");
  const text =
    bad.length === 0
      ? `The last run of ${lasts.length === 1 ? "the workflow" : `each of ${all}`} succeeded`
      : `The last run of ${numberText(bad.length)} of ${all} did not succeed`;
  const rows = newest.slice(0, most).map(({ state, workflow, result, began, title, url }) => {
    const words = title === "" ? "run" : title;
    const what = url === undefined ? words : markup`<a href="${url}" rel="noreferrer">${words}</a>`;
    return [workflow, markup`${mark(state)}${result}`, moment(began), what] as const;
  });
  const list = markup`${table(["Workflow", "Result", "Began", "What"], rows)}${andMore(newest.length - rows.length, "gh run list")}`;
  return {
    ...(lasts.length > 0 && { fact: { state: worstState(lasts.map(({ state }) => state)), text } }),
    actions: bad.map(({ state, workflow, result, title, url }) => ({
      state,
      title: `The last run of workflow ${workflow}: ${result}`,
      said: title === "" ? [] : [{ text: title }],
      link: url === undefined ? undefined : { text: "Open its log", url },
    })),
    section: { id: "runs", title: "Last runs", content: rows.length === 0 ? markup`<p>There are none.</p>` : list },
  };
}

/** Only web addresses become links; "javascript:" addresses do not, for example. */
function addressOf(url: string): string | undefined {
  const parsed = URL.parse(url);
  return parsed?.protocol === "https:" ? parsed.href : undefined;
}
