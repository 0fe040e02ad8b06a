/** The name, options and help of every command. */
import { ci } from "./ci-set-up/definition";
import { completion } from "./completion/definition";
import { consent } from "./consent/definition";
import { customers } from "./customers/definition";
import { doctor } from "./doctor/definition";
import { drift } from "./drift/definition";
import { env } from "./env/definition";
import { exec } from "./exec/definition";
import { explain } from "./explain/definition";
import { init } from "./init/definition";
import { preview } from "./preview/definition";
import { renew } from "./renew/definition";
import { reportJobs } from "./report-jobs/definition";
import { revoke } from "./revoke/definition";
import { rotate } from "./rotate/definition";
import { status } from "./status/definition";
import { token } from "./token/definition";
import { up } from "./up/definition";
import type { Definition } from "./options/define";

/** In the order of --help: from the set-up to everyday use. */
export const commands: readonly Definition[] = [
  init,
  doctor,
  consent,
  env,
  token,
  exec,
  status,
  renew,
  customers,
  drift,
  preview,
  up,
  reportJobs,
  rotate,
  revoke,
  ci,
  explain,
  completion,
];
