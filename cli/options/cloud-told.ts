/** The cloud of a command. Hosts in place of its own are named once, before anything is sent to them. */
import { type Cloud, type CloudName, cloudOf, type Endpoints, newEndpointsNote } from "../../lib/config/clouds";
import { printNote } from "../terminal/output";

/** @throws Failure as cloudOf() does */
export function cloudTold(name: CloudName, endpoints: Partial<Endpoints> = {}): Cloud {
  const cloud = cloudOf(name, endpoints);
  const note = newEndpointsNote(cloud);
  if (note !== undefined) printNote(note);
  return cloud;
}
