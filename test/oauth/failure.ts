/** The data of an error for comparing it as a whole: its name, code and own fields, and the message, which consists of its parts. */
export function partsOf(error: Error): object {
  const made = ["what", "why", "fixes"];
  return {
    ...Object.fromEntries(Object.entries(error).filter(([key]) => !made.includes(key))),
    message: error.message,
  };
}

/** The same of the error that a promise is rejected with; the test fails when it is not. */
export async function failureOf(attempt: Promise<unknown>): Promise<object> {
  return partsOf(
    await attempt.then(
      () => new Error("It did not fail."),
      (reason: unknown) => reason as Error,
    ),
  );
}
