/** Which run saw something and when, and the line that identifies an issue or comment. */
import { now } from "../../lib/startup/clock";

/** The subject of a report. */
export interface Subject {
  label: "drift" | "token" | "customers" | "failure" | "preview";
  of: "stack" | "vault" | "partner" | "job";
  name: string;
}

/** The first line of an issue or comment. GitHub does not show it, and a name from outside cannot end it. */
export const marker = ({ label, of, name }: Subject): string =>
  `<!-- secure-app-model ${label} of ${of} ${JSON.stringify(name).replaceAll(">", String.raw`\u003e`)}`;

/** The time, and the run of a workflow, with a leading word: ", 2026-11-25T23:59Z by [this run](…)". */
export function seenBy(environment: NodeJS.ProcessEnv): string {
  const run = runIn(environment);
  return `, ${seenAt()}${run === undefined ? "" : ` by [this run](${run})`}`;
}

/** The minute, in UTC. */
export const seenAt = (): string => `${new Date(now()).toISOString().slice(0, 16)}Z`;

/** The address of this run of a workflow or pipeline. */
export function runIn(environment: NodeJS.ProcessEnv): string | undefined {
  const { GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_RUN_ID } = environment;
  if (GITHUB_SERVER_URL && GITHUB_RUN_ID)
    return `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY ?? ""}/actions/runs/${GITHUB_RUN_ID}`;
  const { SYSTEM_COLLECTIONURI, SYSTEM_TEAMPROJECT = "", BUILD_BUILDID } = environment;
  if (SYSTEM_COLLECTIONURI && BUILD_BUILDID)
    return `${SYSTEM_COLLECTIONURI}${encodeURIComponent(SYSTEM_TEAMPROJECT)}/_build/results?buildId=${BUILD_BUILDID}`;
  return undefined;
}
