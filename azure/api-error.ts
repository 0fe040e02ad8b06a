import { Failure, type Parts } from "../errors/failure";

/** What a service of a control plane refused: its status, its own code and words. */
export class ApiError extends Failure {
  override readonly name = "ApiError";
  constructor(
    /** HTTP status. */
    readonly status: number,
    /** The service's code, e.g. Request_ResourceNotFound; "" when it gave none. */
    readonly serviceCode: string,
    parts: Parts | string,
    options?: ErrorOptions,
  ) {
    super("service-refused", parts, options);
  }
}
