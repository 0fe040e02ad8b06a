export interface FileLockOptions {
  /** Milliseconds between two looks at a lock that somebody else holds. @default 200 */
  readonly pollMs?: number;
  /** Milliseconds between two signs of life of the holder; less than a third of `silenceMs`. @default 2000 */
  readonly heartbeatMs?: number;
  /** Milliseconds without a sign of life after which a lock counts as abandoned. @default 15000 */
  readonly silenceMs?: number;
  /** Called once when somebody else holds the lock. */
  readonly onWait?: () => void;
}

/**
 * Runs `work` while holding the lock file `path` (its folder is created). Waits for a living holder; takes over from a dead one.
 * Not re-entrant: `work` must not ask for the same path.
 */
export declare function withFileLock<T>(path: string, work: () => Promise<T>, options?: FileLockOptions): Promise<T>;
