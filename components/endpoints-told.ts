/** Prints the hosts that replace a cloud's own, once in each deployment. */
import * as pulumi from "@pulumi/pulumi";
import { type Cloud, newEndpointsNote, overridesIn } from "../lib/config/clouds";

/** Addresses of this machine cause no warning: nothing that is sent to them leaves it. */
const ofThisMachine = /^(?:https:\/\/)?127\.0\.0\.1(?::\d+)?$/u;

export function tellEndpoints(cloud: Cloud): void {
  const note = newEndpointsNote(cloud);
  if (note === undefined) return;
  const isHere = Object.values(overridesIn(cloud)).every((host) => ofThisMachine.test(host));
  void (isHere ? pulumi.log.info(note) : pulumi.log.warn(note));
}
