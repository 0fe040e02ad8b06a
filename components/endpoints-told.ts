/** Each deployment with hosts in place of a cloud's own names them, once. */
import * as pulumi from "@pulumi/pulumi";
import { type Cloud, newEndpointsNote } from "../config/clouds";

export function tellEndpoints(cloud: Cloud): void {
  const note = newEndpointsNote(cloud);
  if (note !== undefined) void pulumi.log.warn(note);
}
