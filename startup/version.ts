/** Whether a version is another one or later, by its three numbers; a `v` in front and what follows a dash do not count. */
export function isAtLeast(version: string, oldest: string): boolean {
  const [ours, theirs] = [numbersOf(version), numbersOf(oldest)];
  for (let index = 0; index < 3; index++) {
    const difference = (ours[index] ?? 0) - (theirs[index] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}

function numbersOf(version: string): number[] {
  return (version.replace(/^v/u, "").split("-", 1)[0] ?? "").split(".").map(Number);
}
