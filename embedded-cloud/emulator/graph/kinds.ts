import type { FilterRule, Operator } from "../odata/filter-rules";

/** One kind of object: its names in replies and refusals, and what may be asked of its lists. */
export interface Kind {
  /** Entity set, as in `$metadata#applications`. */
  set: string;
  /** Type without its namespace, as in `#microsoft.graph.application`. */
  type: string;
  /** Every property that it has. */
  properties: readonly string[];
  /** The most that $top may ask for. Default 999. */
  mostPerPage?: number;
  /** Properties that only show when `$select` asks for them. */
  selectable?: readonly string[];
  /** Properties that Graph lets be set in a way that is not served. */
  writtenElsewhere?: readonly string[];
  /** Relations that Graph can expand; none is served. */
  relations?: readonly string[];
  /** Properties that Graph filters by, by path. Absent: what Graph does there is not known, and no filter is served. */
  filterable?: Readonly<Record<string, FilterRule>>;
  /** Properties that Graph sorts by: always, or in advanced queries alone. */
  sortable?: Readonly<Record<string, "always" | "advanced">>;
}

const negations: readonly Operator[] = ["ne", "not"];

/** Rules of $filter by property, as https://learn.microsoft.com/graph/aad-advanced-queries has them. */
export const filters = {
  /** By its whole value. */
  exact: { type: "Edm.String", operators: ["eq", "in"], advanced: negations },
  /** By its beginning, too. */
  text: { type: "Edm.String", operators: ["eq", "in", "startswith"], advanced: [...negations, "ge", "le"] },
  /** By its end, too. */
  address: {
    type: "Edm.String",
    operators: ["eq", "in", "startswith"],
    advanced: [...negations, "ge", "le", "endswith"],
  },
  /** In advanced queries alone. */
  advancedText: { type: "Edm.String", operators: [], advanced: ["eq", "in", "startswith", ...negations, "ge", "le"] },
  truth: { type: "Edm.Boolean", operators: ["eq", "in"], advanced: negations },
  instant: { type: "Edm.DateTimeOffset", operators: ["eq", "ge", "le"], advanced: [...negations, "in"] },
  texts: { type: "Edm.String", isCollection: true, operators: ["eq", "startswith"], advanced: ["not", "ge", "le"] },
  guid: { type: "Edm.Guid", operators: ["eq", "in"], advanced: negations },
  /** `eq` and nothing else, whatever the query. */
  onlyEqual: { type: "Edm.String", operators: ["eq"] },
  onlyEqualGuid: { type: "Edm.Guid", operators: ["eq"] },
} as const satisfies Record<string, FilterRule>;
