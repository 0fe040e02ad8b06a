import { Failure, type Parts } from "../errors/failure";
import type { Fix } from "../errors/fix";

/** What a service of a control plane refused: its status, its own code and words. */
export class ApiError extends Failure {
  constructor(
    /** HTTP status. */
    readonly status: number,
    /** The service's code, e.g. Request_ResourceNotFound; "" when it gave none. */
    readonly serviceCode: string,
    said: Parts | string,
    ...more: readonly Fix[]
  ) {
    super("service-refused", said, ...more);
  }
}
