import { announce, interruption } from "../startup/waiting";
import { limits } from "./limits";

/** Limits the time of work, even if that ignores its signal. @param over the error @param shown if it is slow */
export async function within<T>(
  milliseconds: number,
  given: AbortSignal | undefined,
  over: () => Error,
  attempt: (signal: AbortSignal) => Promise<T>,
  shown?: string,
): Promise<T> {
  const own = new AbortController();
  const { signal } = own;
  const timer = setTimeout(() => {
    own.abort(over());
  }, milliseconds);
  let stop: (() => void) | undefined;
  const show = (what: string) => {
    stop = announce(what, milliseconds - limits.slow);
  };
  const slow = shown === undefined ? undefined : setTimeout(show, limits.slow, shown);
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
    clearTimeout(slow);
    stop?.();
    for (const one of unfollow) one();
    signal.removeEventListener("abort", end);
  }
}

/** AbortSignal.any() would take three times as long and twice the memory (60,000 requests, 128 at a time). */
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
