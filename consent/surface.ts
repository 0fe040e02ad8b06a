/** How an entry point talks to the person in front of it. */
export interface Surface {
  /** A line of progress. */
  progress(line: string): void;
  /**
   * Shows where to sign in until the returned function is called.
   * @param url the start URL, for a browser on this machine
   * @param authorizationUrl where it leads, for a browser elsewhere: from there the redirected URL has to be pasted
   */
  showUrl(url: string, authorizationUrl: string): () => void;
  /**
   * Where there is a prompt: the redirected URL that was pasted into it.
   * @param problem what was wrong with the last one; "" for the first
   * @throws when no other can come
   */
  pastedUrl?(signal: AbortSignal, problem: string): Promise<string>;
}
