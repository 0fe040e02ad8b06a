type Run = () => Promise<void> | void;

interface Story {
  /** A test that begins where the one before it ended. */
  (name: string, run: Run): void;
  each<Row>(rows: readonly Row[], name: (row: Row) => string, run: (row: Row) => Promise<void>): void;
  /** What the tests after it begin with; where it fails, so do they. */
  given(run: Run): void;
}

/**
 * Tests that go on from each other, as the runs of one stack do: whichever jest begins with (`-t`, `--randomize`), those before
 * it are run first, each once, in the order of the file.
 * @param fresh Is run before each.
 */
export function story(fresh: Run = () => undefined): Story {
  let before: () => Promise<void> = () => Promise.resolve();
  const next = (run: Run) => {
    const reached = before;
    let outcome: Promise<void> | undefined;
    return () =>
      (outcome ??= (async () => {
        await reached();
        await fresh();
        await run();
      })());
  };
  const tests = (name: string, run: Run) => {
    const step = next(run);
    // A test's failure is its own: those after it are run as after any other.
    before = () => step().catch(() => undefined);
    test(name, step, 600_000);
  };
  const given = (run: Run) => {
    before = next(run);
  };
  const each: Story["each"] = (rows, name, run) => {
    for (const row of rows) tests(name(row), () => run(row));
  };
  return Object.assign(tests, { each, given });
}
