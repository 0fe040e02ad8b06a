/** The functions of commands that others wait for: a built file of no more than they need, evaluated at once. */
import "./terminal/interruption";

export { printFor } from "../lib/errors/invocation";
export { reportFailure } from "./terminal/failure";
export { exec } from "./exec/exec";
export { token } from "./token/token";
