/** Ends the program on a Node.js that is too old. Imported before what such a one cannot load, for its effect. */
import { RunError } from "@pulumi/pulumi";
import { textOf } from "../errors/text";
import { nodeProblem } from "./node-version";

const problem = nodeProblem();
if (problem !== undefined) throw new RunError(textOf(problem));
