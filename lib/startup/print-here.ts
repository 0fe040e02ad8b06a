/** Lets fixes be printed for this process's user. Imported for its effect by what the engine runs, and by the library. */
import { printFor } from "../errors/invocation";
import { invocationOf } from "./invocation";

printFor(invocationOf(process));
