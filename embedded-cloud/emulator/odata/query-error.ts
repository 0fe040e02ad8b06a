/** A query that is refused, in no service's words yet: each service writes it as its own error. */
export class QueryError extends Error {
  /**
   * @param kind `malformed` is no OData, or names what is not there; `unknown` is an option that nobody has; `unsupported` is one
   * that the service itself refuses; `notServed` is one that the service may know and this emulator does not
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
