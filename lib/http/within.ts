import { interruption } from "../startup/waiting";

/**
 * Runs work that ends with a signal, after a time, or when this process is interrupted, even if the work ignores its signal.
 * @param given the caller's own signal @param over the error to throw after the time
 */
export async function within<T>(
  milliseconds: number,
  given: AbortSignal | undefined,
  over: () => Error,
  attempt: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const own = new AbortController();
  const { signal } = own;
  const timer = setTimeout(() => {
    own.abort(over());
  }, milliseconds);
  const ended = Promise.withResolvers<never>();
  const unfollow = [interruption(), ...(given === undefined ? [] : [given])].map((source) => followed(own, source));
  const end = () => {
    ended.reject(signal.reason as Error);
  };
  signal.addEventListener("abort", end);
  try {
    signal.throwIfAborted();
    return await Promise.race([attempt(signal), ended.promise]);
  } catch (error) {
    // A failure caused by the caller's own signal is passed on unchanged.
    throw signal.aborted && signal.reason !== given?.reason ? (signal.reason as Error) : error;
  } finally {
    clearTimeout(timer);
    for (const one of unfollow) one();
    signal.removeEventListener("abort", end);
  }
}

/**
 * Not AbortSignal.any(): the process's own signal would keep a weak reference to each request's signal until the garbage collection, which
 * takes three times as long and twice the memory (60,000 of them, 128 at a time).
 */
function followed(own: AbortController, source: AbortSignal): () => void {
  const pass = () => {
    own.abort(source.reason);
  };
  if (source.aborted) pass();
  source.addEventListener("abort", pass);
  return () => {
    source.removeEventListener("abort", pass);
  };
}
