import type { Filterable } from "../odata/query";

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
  /** What lists are filtered by here. */
  filterable?: Filterable;
}
