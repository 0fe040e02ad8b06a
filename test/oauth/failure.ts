/** Everything an error says, for comparing as a whole; name and message included where they are its own. */
export function partsOf(error: Error): object {
  return { ...Object.fromEntries(Object.entries(error)), message: error.message };
}

/** The parts of the error that a promise is rejected with; the test fails when it is not. */
export async function failureOf(attempt: Promise<unknown>): Promise<object> {
  return partsOf(
    await attempt.then(
      () => new Error("It did not fail."),
      (reason: unknown) => reason as Error,
    ),
  );
}
