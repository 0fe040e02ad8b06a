/**
 * What the gate has a sample of. A file with such tests is imported by one of the same name in test/soak, which runs all of it: what comes
 * before and after is then the same.
 */
export const isSoak = "isSoak" in globalThis;

/** A test that the soak runs, and the gate does not. */
export const testInSoak = (name: string, run: () => Promise<void>): void => {
  if (isSoak) test(name, run);
};

export const describeInSoak = (name: string, tests: () => void): void => {
  if (isSoak) describe(name, tests);
};
