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
  const [own, ended] = [new AbortController(), Promise.withResolvers<never>()];
  const { signal } = own;
  const timer = setTimeout(() => {
    own.abort(over());
  }, milliseconds);
  const undo = [interruption(), given].map((source) => followed(own, source));
  if (shown !== undefined) undo.push(announcedOnceSlow(shown, milliseconds));
  signal.addEventListener("abort", () => {
    ended.reject(signal.reason as Error);
  });
  try {
    signal.throwIfAborted();
    return await Promise.race([attempt(signal), ended.promise]);
  } catch (error) {
    // A failure caused by the caller's own signal is passed on unchanged.
    throw signal.aborted && signal.reason !== given?.reason ? (signal.reason as Error) : error;
  } finally {
    clearTimeout(timer);
    for (const one of undo) one();
  }
}

function announcedOnceSlow(what: string, milliseconds: number): () => void {
  let stop: (() => void) | undefined;
  const timer = setTimeout(() => {
    stop = announce(what, milliseconds - limits.slow);
  }, limits.slow);
  return () => {
    clearTimeout(timer);
    stop?.();
  };
}

/** AbortSignal.any() would take three times as long and twice the memory (60,000 requests, 128 at a time). */
function followed(own: AbortController, source: AbortSignal | undefined): () => void {
  const pass = () => {
    own.abort(source?.reason);
  };
  if (source?.aborted === true) pass();
  source?.addEventListener("abort", pass);
  return () => source?.removeEventListener("abort", pass);
}
