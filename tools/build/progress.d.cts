/** Shows what long work is doing and for how long it has been at it. */
export interface Progress {
  /** Begins a step; ends the one before. */
  start(step: string): void;
  /** Replaces the small print of the current step, such as a count. */
  detail(detail: string): void;
  /** Writes a line that stays. */
  note(line: string): void;
  /** Ends the step; `line`, when given, stays, with the seconds that the step took. */
  finish(line?: string): void;
}

export interface ProgressOptions {
  /** @default process.stderr */
  readonly stream?: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };
}

export declare function createProgress(options?: ProgressOptions): Progress;
