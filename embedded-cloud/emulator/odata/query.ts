import { parseFilter, type Filter } from "./filter";
import { QueryError } from "./query-error";

/** System query options of OData 4, and the two options that Microsoft's services use for paging. */
const systemOptions = [
  "$apply",
  "$compute",
  "$count",
  "$deltatoken",
  "$expand",
  "$filter",
  "$format",
  "$orderby",
  "$search",
  "$select",
  "$skip",
  "$skiptoken",
  "$top",
] as const;

export type Option = (typeof systemOptions)[number];

/** One property in `$orderby`. */
export interface Order {
  path: string;
  isDescending: boolean;
}

/** The query options of a request; absent ones are undefined. */
export interface Query {
  filter?: Filter;
  select?: string[];
  orderby?: Order[];
  top?: number;
  skiptoken?: string;
  count?: boolean;
}

export interface QueryRules {
  /** Options that are served. */
  served: readonly Option[];
  /** Parameters that are not OData options and are read by other code: `api-version`. */
  others?: readonly string[];
  /** Whether `filter` is accepted for `$filter`. */
  isDollarOptional?: boolean;
}

/**
 * @throws QueryError unknown for a parameter that is not an option, notServed for an option that is not
 *   served here, malformed for one that is given twice or has a value that OData does not allow
 */
export function readQuery(parameters: URLSearchParams, rules: QueryRules): Query {
  const query: Query = {};
  const seen = new Set<string>();
  for (const [name, value] of parameters) {
    if (rules.others?.includes(name)) continue;
    const option = systemOptions.find((known) => known === name || (rules.isDollarOptional && known === `$${name}`));
    if (option === undefined)
      throw new QueryError("unknown", name, `Unrecognized query argument specified: '${name}'.`);
    const read = rules.served.includes(option) ? readers[option] : undefined;
    if (read === undefined) throw new QueryError("notServed", option, `${option}=${value}`);
    if (seen.has(option)) {
      const more = `Query option '${option}' was specified more than once, but it must be specified at most once.`;
      throw new QueryError("malformed", option, more);
    }
    seen.add(option);
    Object.assign(query, read(value));
  }
  return query;
}

const readers: Partial<Record<Option, (value: string) => Query>> = {
  $filter: (value) => ({ filter: parseFilter(value) }),
  $select: (value) => ({ select: value.split(",").map((name) => name.trim()) }),
  $orderby: (value) => ({ orderby: value.split(",").map(order) }),
  $top: (value) => ({ top: wholeNumber("$top", value) }),
  $skiptoken: (value) => ({ skiptoken: value }),
  $count: (value) => ({ count: truth("$count", value) }),
};

/** Options that this emulator can serve, from which a service selects; and those that it never serves. */
export const readableOptions: readonly Option[] = systemOptions.filter((option) => readers[option] !== undefined);
export const unreadableOptions: readonly Option[] = systemOptions.filter((option) => readers[option] === undefined);

function order(value: string): Order {
  const { path, direction } = /^\s*(?<path>[\w/]+)(?:\s+(?<direction>asc|desc))?\s*$/.exec(value)?.groups ?? {};
  if (path === undefined) throw new QueryError("malformed", "$orderby", `Syntax error in '${value}'.`);
  return { path, isDescending: direction === "desc" };
}

function wholeNumber(option: Option, value: string): number {
  if (!/^\d{1,9}$/.test(value)) {
    const expected = `The ${option} query option requires a non-negative integer value.`;
    throw new QueryError("malformed", option, `Invalid value '${value}' for ${option} query option found. ${expected}`);
  }
  return Number(value);
}

function truth(option: Option, value: string): boolean {
  if (value !== "true" && value !== "false") {
    const expected = "Only 'true' and 'false' are valid.";
    throw new QueryError("malformed", option, `Invalid value '${value}' for ${option} query option found. ${expected}`);
  }
  return value === "true";
}
