/** The message of anything thrown. Node's fetch reports only "fetch failed"; the reason is in its cause. */
export function messageOf(thrown: unknown): string {
  if (typeof thrown !== "object" || thrown === null || !("message" in thrown)) return String(thrown);
  const message = String(thrown.message);
  return "cause" in thrown && thrown.cause !== undefined ? `${message}: ${messageOf(thrown.cause)}` : message;
}
