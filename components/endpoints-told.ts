/** Each deployment with hosts in place of a cloud's own names them, once. */
import * as pulumi from "@pulumi/pulumi";
import { type Cloud, endpointsNote } from "../config/clouds";

const told = new Set<string>();

export function tellEndpoints(cloud: Cloud): void {
  const own = endpointsNote(cloud);
  if (own !== undefined && !told.has(own)) void pulumi.log.warn(own);
  if (own !== undefined) told.add(own);
}
