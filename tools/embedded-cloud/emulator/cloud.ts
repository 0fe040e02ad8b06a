import type { CloudName, CloudRow } from "./clouds";
import type { Context, Tenant } from "./context";
import type { SignInState } from "./entra/sign-in-state";
import type { TokenService } from "./tokens";

/** The part of a cloud's context that only the sign-in service and the admin surface use. */
export interface CloudContext extends Context {
  row: CloudRow & { name: CloudName };
  tokens: TokenService;
  signIns: SignInState;
  /** Finds a tenant by id or domain, in any cloud; undefined when there is none. */
  locate(idOrDomain: string): LocatedTenant | undefined;
}

export interface LocatedTenant {
  id: string;
  /** The tenant's own cloud: not always the one that received the request. */
  home: CloudRow;
  /** Authority of that cloud, when it runs in this process. */
  homeAuthority?: string;
  /** Its directory, when it is in the cloud that received the request. A customer's tenant has none. */
  directory?: Tenant;
}
