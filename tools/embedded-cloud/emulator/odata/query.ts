import { type Comparison, type Condition, parseFilter } from "./filter";

/** A refused query, without a service's text: each service renders it as its own error. */
export class QueryError extends Error {
  /**
   * @param kind `malformed` has no value that OData allows; `unknown` is an option that no service has; the emulator does
   *   not serve a `notServed` one
   * @param option the query option at fault, such as `$filter`
   */
  constructor(
    readonly kind: "malformed" | "unknown" | "notServed",
    readonly option: string,
    message: string,
  ) {
    super(message);
    this.name = "QueryError";
  }
}

/** The query options of a request; absent ones are undefined. */
export interface Query {
  filter?: Condition[];
  select?: string[];
  top?: number;
  skiptoken?: string;
}

/** System query options of OData 4, and one that Microsoft's services use for paging. */
const systemOptions: readonly string[] = [
  ...["$apply", "$compute", "$count", "$deltatoken", "$expand", "$filter", "$format", "$orderby", "$search"],
  ...["$select", "$skip", "$skiptoken", "$top"],
];

export type Option = "$filter" | "$select" | "$top" | "$skiptoken";

export interface QueryRules {
  /** Options that are served. */
  served: readonly Option[];
  /** Parameters that are not OData options and are read by other code: `api-version`. */
  others?: readonly string[];
  /** The comparisons of each property that are served in a filter. */
  filterable?: Filterable;
}

export type Filterable = Readonly<Record<string, readonly Comparison[]>>;

/** @throws QueryError for an option that is given twice, unknown, not served here, or malformed */
export function readQuery(parameters: URLSearchParams, { served, others, filterable = {} }: QueryRules): Query {
  const query: Query = {};
  for (const [name, value] of parameters) {
    if (others?.includes(name)) continue;
    if (!systemOptions.includes(name))
      throw new QueryError("unknown", name, `Unrecognized query argument specified: '${name}'.`);
    const option = served.find((one) => one === name);
    if (option === undefined) throw new QueryError("notServed", name, `${name}=${value}`);
    if (parameters.getAll(name).length > 1) {
      const more = `Query option '${name}' was specified more than once, but it must be specified at most once.`;
      throw new QueryError("malformed", name, more);
    }
    if (option === "$filter") query.filter = readFilter(value, filterable);
    else if (option === "$select") query.select = value.split(",").map((one) => one.trim());
    else if (option === "$top") query.top = wholeNumber(value);
    else query.skiptoken = value;
  }
  return query;
}

function readFilter(text: string, filterable: Filterable): Condition[] {
  const filter = parseFilter(text);
  const isServed = ({ property, comparison }: Condition): boolean =>
    Object.hasOwn(filterable, property) && filterable[property]?.includes(comparison) === true;
  if (filter?.every(isServed) === true) return filter;
  throw new QueryError("notServed", "$filter", `$filter=${text}`);
}

function wholeNumber(value: string): number {
  if (/^\d{1,9}$/.test(value)) return Number(value);
  const expected = "The $top query option requires a non-negative integer value.";
  throw new QueryError("malformed", "$top", `Invalid value '${value}' for $top query option found. ${expected}`);
}
