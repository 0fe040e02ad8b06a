/** Where words go: data to stdout, everything else to stderr. The one place that renders errors. */

/** One value on stdout: the text alone, or the object as JSON. */
export function printData(text: string, json: object | undefined): void {
  process.stdout.write(json === undefined ? `${text}\n` : `${JSON.stringify(json)}\n`);
}

export function printNote(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** An error's words. The command line's parser writes the prefix into its messages. */
export function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/^error: /u, "");
}

/** With --json, stdout stays valid JSON on every failure. */
export function printError(error: unknown, exitCode: number, json: boolean): void {
  const message = messageOf(error);
  if (json) process.stdout.write(`${JSON.stringify({ error: { message, exitCode } })}\n`);
  else process.stderr.write(`error: ${message}\n`);
}
