/** What the gate has a sample of. The soak runs all of a file with such tests (test/soak/jest.config.cjs): what comes before and after is then the same. */
export const isSoak = "isSoak" in globalThis;

/** A test that the soak runs, and the gate does not. */
export const testInSoak = (name: string, run: () => Promise<void>): void => {
  if (isSoak) test(name, run);
};

export const describeInSoak = (name: string, tests: () => void): void => {
  if (isSoak) describe(name, tests);
};
