/** What a service of a control plane refused: its status, its own code and words. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  constructor(
    /** HTTP status; undefined when the service itself gave no answer. */
    readonly status: number | undefined,
    /** The service's code, e.g. Request_ResourceNotFound; "" when it gave none. */
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}
