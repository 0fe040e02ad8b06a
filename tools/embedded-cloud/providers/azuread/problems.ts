/** Possible problems of an input: texts as recorded. */
import { text, type Value } from "../base/values";

type Problem = (value: Value, argument: string) => string | undefined;

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export const notUuid: Problem = (value, argument) =>
  uuid.test(text(value)) ? undefined : `expected "${argument}" to be a valid UUID, got ${text(value)}`;

export const empty: Problem = (value, argument) =>
  text(value).trim() === "" ? `expected "${argument}" to not be an empty string, got ${text(value)}` : undefined;

export const noneOf =
  (...allowed: string[]): Problem =>
  (value, argument) => {
    if (allowed.includes(text(value))) return undefined;
    const list = allowed.map((name) => `"${name}"`).join(" ");
    return `expected ${argument} to be one of [${list}], got ${text(value)}`;
  };

/** Redirect URIs of web and single-page applications: hierarchical ones need a path. */
export const noPath: Problem = (value, argument) => {
  const hierarchical = /^[a-z][a-z0-9+.-]*:\/\/[^/]*(\/?)/i.exec(text(value));
  if (hierarchical === null || hierarchical[1] === "/") return undefined;
  return `URI must have a trailing slash when there is no path segment for "${argument}"`;
};

export const notRfc3339: Problem = (value, argument) => {
  const parts = /^\d{4}-(\d\d)-(\d\d)(T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d))?$/.exec(text(value));
  const month = Number(parts?.[1]);
  if (parts?.[3] !== undefined && !Number.isNaN(Date.parse(text(value)))) return undefined;
  const detail = month > 12 ? ": month out of range" : "";
  const reason = `parsing time "${text(value)}"${detail}`;
  return `expected "${argument}" to be a valid RFC3339 date, got "${text(value)}": ${reason}`;
};

/** `/applications/<object id>`. */
export const notApplicationId: Problem = (value) => {
  if (/^\/applications\/[^/]+$/.test(text(value))) return undefined;
  return [
    `parsing "${text(value)}": parsing the Application ID: the number of segments didn't match`,
    "Expected a Application ID that matched (containing 2 segments):",
    "> /applications/applicationId",
    "However this value was provided (which was parsed into 0 segments):",
    `> ${text(value)}`,
    "The following Segments are expected:",
    '* Segment 0 - this should be the literal value "applications"\n' +
      '* Segment 1 - this should be the user specified value for this applicationId [for example "applicationId"]',
    "The following Segments were parsed:",
    "* Segment 0 - not found\n* Segment 1 - not found\n",
  ].join("\n\n");
};
