/**
 * What the commands do, each under its name on the command line: the second of the two files that the build makes of the command.
 * Nothing outside may ask whether an error is an instance of a class in here: program.ts has other copies of them.
 */
export { completion } from "./commands/completion";
export { consentCommand as consent } from "./commands/consent";
export {
  consentCommand as consentForCustomer,
  listCommand as listCustomers,
  revokeCommand as revokeForCustomer,
} from "./commands/customers";
export { doctor } from "./commands/doctor";
export { drift } from "./commands/drift";
export { explain } from "./commands/explain";
export { renewCommand as renew } from "./commands/renew";
export { status } from "./commands/status";
export { token } from "./commands/token";
export { reportFailure } from "./failure";
