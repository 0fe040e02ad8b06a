/**
 * The functions of the commands: the second of the two files that the build makes of the command.
 * Code outside must not test whether an error is an instance of a class in here: program.ts has its own copies of them.
 */
import "./interruption";
import { fixesAreFor } from "./printed-fixes";

export { setUpCi } from "./commands/ci-set-up";
export { completion } from "./commands/completion";
export { consentForPartner } from "./commands/consent";
export { checkCustomers, consentForCustomers, revokeForCustomers } from "./commands/customers";
export { printCustomers } from "./commands/customers-list";
export { doctor } from "./commands/doctor";
export { drift } from "./commands/drift";
export { explain } from "./commands/explain";
export { previewStack } from "./commands/preview";
export { renewTokens } from "./commands/renew";
export { reportJobs } from "./commands/report-jobs";
export { revoke } from "./commands/revoke";
export { rotate } from "./commands/rotate";
export { status } from "./commands/status";
export { token } from "./commands/token";
export { up } from "./commands/up";
export { reportFailure } from "./failure";

fixesAreFor(process.argv.slice(2));
