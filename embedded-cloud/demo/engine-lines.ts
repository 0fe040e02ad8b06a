/** Selects the engine's informative lines: it prints every row of a resource several times. */

/** Sign, type, name, status, seconds; what follows is a message or a difference. */
const row = /^ *(?:[-+~]+ +)?\S+:\S+ \S+ +(?<status>[a-z]+)?(?: \([\d.]+s\))? *(?<tail>.*)$/u;
const underWay = new Set(["creating", "updating", "deleting", "replacing", "refreshing", "refresh", "running"]);

/** False for a resource that is only read, does not change, or whose operation has just started. */
export function isInformative(line: string): boolean {
  const { status, tail } = row.exec(line)?.groups ?? { status: "", tail: line };
  return tail !== "" || !(status === undefined || underWay.has(status));
}
