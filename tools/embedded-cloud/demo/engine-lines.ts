/** Selects the engine's informative lines: it prints every row of a resource several times. */

/** Sign, type, name, status, seconds; what follows is a message or a difference. */
const row = /^ *(?:[-+~]+ +)?\S+:\S+ \S+ +(?<status>[a-z]+)?(?: \([\d.]+s\))? *(?<tail>.*)$/u;
const underWay = new Set(["creating", "updating", "deleting", "replacing", "refreshing", "refresh", "running"]);

/** The same in each run, and no news beside the step's own text: the embedded cloud's addresses, and exit code 7 in an error's form. */
const said = /Endpoints in place of |error: no changes were expected for preview but changes were proposed$/u;

/** False for a resource that is only read, does not change, or whose operation has just started. */
export function isInformative(line: string): boolean {
  if (said.test(line)) return false;
  const { status, tail } = row.exec(line)?.groups ?? { status: "", tail: line };
  return tail !== "" || !(status === undefined || underWay.has(status));
}
