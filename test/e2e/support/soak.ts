/** What the gate has a sample of. The soak runs all of a file with such tests (test/soak/jest.config.cjs): what comes before and after is then the same. */
export const isSoak = "isSoak" in globalThis;

type Registers = (name: string, run: () => Promise<void>) => void;

/** @param on the story that it belongs to */
export const testInSoak = (name: string, run: () => Promise<void>, on: Registers = test): void => {
  if (isSoak) on(name, run);
};
