/** By whom and when something was seen, and the line by which what is kept about it is found again. */
import { now } from "../../startup/clock";

/** What a report is about. */
export interface Subject {
  label: "drift" | "token" | "failure" | "preview";
  of: "stack" | "vault" | "job";
  name: string;
}

/** How what is kept about a subject begins, in Markdown: GitHub does not show it. A name from outside does not end it. */
export const marker = ({ label, of, name }: Subject): string =>
  `<!-- secure-app-model ${label} of ${of} ${JSON.stringify(name).replaceAll(">", String.raw`\u003e`)}`;

/** When, and by which run of a workflow, behind a word of its own: ", 2026-11-25T23:59Z by [this run](…)". */
export function seenBy(environment: NodeJS.ProcessEnv): string {
  const run = runIn(environment);
  return `, ${seenAt()}${run === undefined ? "" : ` by [this run](${run})`}`;
}

/** The minute, in UTC. */
export const seenAt = (): string => `${new Date(now()).toISOString().slice(0, 16)}Z`;

/** The address of the run of a workflow, or of a pipeline, that this is. */
export function runIn(environment: NodeJS.ProcessEnv): string | undefined {
  const { GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_RUN_ID } = environment;
  if (GITHUB_SERVER_URL && GITHUB_RUN_ID)
    return `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY ?? ""}/actions/runs/${GITHUB_RUN_ID}`;
  const { SYSTEM_COLLECTIONURI, SYSTEM_TEAMPROJECT = "", BUILD_BUILDID } = environment;
  if (SYSTEM_COLLECTIONURI && BUILD_BUILDID)
    return `${SYSTEM_COLLECTIONURI}${encodeURIComponent(SYSTEM_TEAMPROJECT)}/_build/results?buildId=${BUILD_BUILDID}`;
  return undefined;
}
