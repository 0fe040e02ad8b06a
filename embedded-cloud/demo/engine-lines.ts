/** Which of the engine's lines tell something: every row that a resource has, several times, is more than anybody reads. */

/** Sign, type, name, status, seconds; what follows is a message or a difference. */
const row = /^ *(?:[-+~]+ +)?\S+:\S+ \S+ +(?<status>[a-z]+)?(?: \([\d.]+s\))? *(?<tail>.*)$/u;
const underWay = new Set(["creating", "updating", "deleting", "replacing", "refreshing", "refresh", "running"]);

/** Not so for a resource that is only being looked at, that nothing happens to, or whose work has just begun. */
export function tellsSomething(line: string): boolean {
  const { status, tail } = row.exec(line)?.groups ?? { status: "", tail: line };
  return tail !== "" || !(status === undefined || underWay.has(status));
}
