/** What a step did, and why it could not do the rest: the other steps go on. */
export interface Step<T> {
  done: readonly T[];
  left: readonly unknown[];
}
