/** NODE_OPTIONS with which a Node.js loads a file first. */
export const preloading = (file: string): string => `--require=${JSON.stringify(file)}`;

/** NODE_OPTIONS with which a Node.js reports another version; its features stay the same. */
export function nodeOptionsAs(version: string): string {
  const script = `Object.defineProperty(process, "versions", { value: { ...process.versions, node: "${version}" } })`;
  return `--import=data:text/javascript,${encodeURIComponent(script)}`;
}
