/** The cloud's authority: whether it answers, and what time it has. */
import type { Cloud } from "../../config/clouds";

export interface Authority {
  /** Milliseconds that this machine's clock is ahead of the authority's; undefined when the answer carried no time. */
  clockAhead: number | undefined;
}

const timeoutMilliseconds = 20_000;

/** @throws Error when it does not answer */
export async function askAuthority(cloud: Cloud): Promise<Authority> {
  const url = `${cloud.authority}/common/v2.0/.well-known/openid-configuration`;
  try {
    const sent = Date.now();
    const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMilliseconds) });
    const received = Date.now();
    await response.arrayBuffer();
    if (!response.ok) throw new Error(`it answers ${response.status}`);
    return { clockAhead: clockAhead(response.headers.get("date"), sent, received) };
  } catch (error) {
    // fetch hides the reason (refused, no such host, certificate) in `cause`.
    const cause = (error as Error).cause;
    throw new Error(cause instanceof Error ? cause.message : (error as Error).message);
  }
}

/** The header is cut to whole seconds, and was written at some time between sending and receiving. */
export function clockAhead(date: string | null, sent: number, received: number): number | undefined {
  const theirs = Date.parse(date ?? "");
  if (Number.isNaN(theirs)) return undefined;
  return Math.round((sent + received) / 2 - (theirs + 500));
}
