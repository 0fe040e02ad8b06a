/** A refused query, without a service's text: each service renders it as its own error. */
export class QueryError extends Error {
  /**
   * @param kind `malformed` is no valid OData, or names something unknown; `unknown` is an option that no
   *   service has; the service itself refuses an `unsupported` one, and only the emulator a `notServed` one
   * @param option the query option at fault, such as `$filter`
   */
  constructor(
    readonly kind: "malformed" | "unknown" | "unsupported" | "notServed",
    readonly option: string,
    message: string,
  ) {
    super(message);
    this.name = "QueryError";
  }
}
