/** A refused query, without a service's text: each service renders it as its own error. */
export class QueryError extends Error {
  /**
   * @param kind `malformed` is not valid OData, or names something that does not exist; `unknown` is an option that no service has;
   * `unsupported` is one that the service itself refuses; `notServed` is one that the service may support and this emulator does not
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
