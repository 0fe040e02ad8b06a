/** Ends the program if Node.js is too old. Imported before modules that an old version cannot load. */
import { RunError } from "@pulumi/pulumi";
import { textOf } from "../errors/text";
import { nodeProblem } from "./node-version";

const problem = nodeProblem();
if (problem !== undefined) throw new RunError(textOf(problem));
