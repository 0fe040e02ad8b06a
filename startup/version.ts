/** Whether a version is another one or later, by its numbers; a `v` in front and what follows a dash do not count. */
export function isAtLeast(version: string, oldest: string): boolean {
  return version.replace(/^v|-.*$/gu, "").localeCompare(oldest, "en", { numeric: true }) >= 0;
}
