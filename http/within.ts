/** Something that ends with a signal, or after a time. @param given the caller's own signal @param over what is thrown when the time is over */
export async function within<T>(
  milliseconds: number,
  given: AbortSignal | undefined,
  over: () => Error,
  attempt: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = new AbortController();
  const timer = setTimeout(() => {
    limit.abort(over());
  }, milliseconds);
  try {
    return await attempt(given === undefined ? limit.signal : AbortSignal.any([given, limit.signal]));
  } catch (error) {
    throw limit.signal.aborted ? (limit.signal.reason as Error) : error;
  } finally {
    clearTimeout(timer);
  }
}
