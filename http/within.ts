import { interruption } from "../startup/waiting";

/**
 * Something that ends with a signal, after a time, or when this process is interrupted, whether or not it looks at its signal.
 * @param given the caller's own signal @param over what is thrown when the time is over
 */
export async function within<T>(
  milliseconds: number,
  given: AbortSignal | undefined,
  over: () => Error,
  attempt: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const stop = interruption();
  const limit = new AbortController();
  const timer = setTimeout(() => {
    limit.abort(over());
  }, milliseconds);
  const signals = [limit.signal, stop, ...(given === undefined ? [] : [given])];
  const signal = AbortSignal.any(signals);
  const ended = Promise.withResolvers<never>();
  const end = () => {
    ended.reject(signal.reason as Error);
  };
  try {
    signal.throwIfAborted();
    signal.addEventListener("abort", end);
    return await Promise.race([attempt(signal), ended.promise]);
  } catch (error) {
    throw [stop, limit.signal].find(({ aborted }) => aborted)?.reason ?? error;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", end);
  }
}
