/** The cloud of a command. Hosts in place of its own are named once, before anything is sent to them. */
import { type Cloud, type CloudName, cloudOf, type Endpoints, endpointsNote } from "../config/clouds";
import { printNote } from "./output";

const told = new Set<string>();

/** @throws Failure as cloudOf() does */
export function cloudTold(name: CloudName, endpoints: Partial<Endpoints> = {}): Cloud {
  const cloud = cloudOf(name, endpoints);
  const own = endpointsNote(cloud);
  if (own !== undefined && !told.has(own)) printNote(own);
  if (own !== undefined) told.add(own);
  return cloud;
}
