import type { CloudName, CloudRow } from "./clouds";
import type { Context, Tenant } from "./context";
import type { SignInState } from "./entra/sign-in-state";
import type { TokenService } from "./tokens";

/** What the sign-in service and the admin surface see of a cloud beyond what every service sees. */
export interface CloudContext extends Context {
  row: CloudRow & { name: CloudName };
  tokens: TokenService;
  signIns: SignInState;
  /** Finds a tenant by id or domain, in whatever cloud it lives; undefined when there is none. */
  locate(idOrDomain: string): LocatedTenant | undefined;
}

export interface LocatedTenant {
  id: string;
  /** The cloud it lives in: not always the one that was asked. */
  home: CloudRow;
  /** Authority of that cloud, when it runs in this process. */
  homeAuthority?: string;
  /** Its directory, when it lives in the cloud that was asked. A customer's tenant has none. */
  directory?: Tenant;
}
