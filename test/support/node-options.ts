/** NODE_OPTIONS under which a Node.js calls itself another version: what it can do stays the same. */
export function nodeOptionsAs(version: string): string {
  const script = `Object.defineProperty(process, "versions", { value: { ...process.versions, node: "${version}" } })`;
  return `--import=data:text/javascript,${encodeURIComponent(script)}`;
}
