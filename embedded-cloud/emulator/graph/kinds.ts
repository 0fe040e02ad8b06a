import type { FilterRule, Operator } from "../odata/filter-rules";

/** One kind of object: its names in responses and refusals, and the query options of its lists. */
export interface Kind {
  /** Entity set, as in `$metadata#applications`. */
  set: string;
  /** Type without its namespace, as in `#microsoft.graph.application`. */
  type: string;
  /** Every property that it has. */
  properties: readonly string[];
  /** The maximum of $top. Default 999. */
  mostPerPage?: number;
  /** Properties that are returned only when `$select` names them. */
  selectable?: readonly string[];
  /** Properties that can be set in Graph in a way that is not served. */
  writtenElsewhere?: readonly string[];
  /** Relations that can be expanded in Graph; none is served. */
  relations?: readonly string[];
  /** Properties to filter by, by path. Absent: Graph's behaviour is unknown, and no filter is served. */
  filterable?: Readonly<Record<string, FilterRule>>;
  /** Properties that Graph can sort by: always, or only in advanced queries. */
  sortable?: Readonly<Record<string, "always" | "advanced">>;
}

const negations: readonly Operator[] = ["ne", "not"];

/** Rules of $filter by property, from https://learn.microsoft.com/graph/aad-advanced-queries. */
export const filters = {
  /** By the whole value. */
  exact: { type: "Edm.String", operators: ["eq", "in"], advanced: negations },
  /** By the beginning, too. */
  text: { type: "Edm.String", operators: ["eq", "in", "startswith"], advanced: [...negations, "ge", "le"] },
  /** By the end, too. */
  address: {
    type: "Edm.String",
    operators: ["eq", "in", "startswith"],
    advanced: [...negations, "ge", "le", "endswith"],
  },
  /** Only in advanced queries. */
  advancedText: { type: "Edm.String", operators: [], advanced: ["eq", "in", "startswith", ...negations, "ge", "le"] },
  truth: { type: "Edm.Boolean", operators: ["eq", "in"], advanced: negations },
  instant: { type: "Edm.DateTimeOffset", operators: ["eq", "ge", "le"], advanced: [...negations, "in"] },
  texts: { type: "Edm.String", isCollection: true, operators: ["eq", "startswith"], advanced: ["not", "ge", "le"] },
  guid: { type: "Edm.Guid", operators: ["eq", "in"], advanced: negations },
  /** Only `eq`, in every query. */
  onlyEqual: { type: "Edm.String", operators: ["eq"] },
  onlyEqualGuid: { type: "Edm.Guid", operators: ["eq"] },
} as const satisfies Record<string, FilterRule>;
