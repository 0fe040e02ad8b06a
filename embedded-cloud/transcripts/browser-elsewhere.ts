/** Somebody whose browser is on another machine: opens the printed address there, signs in, and copies the address it ends at. */
import { personFrom, signIn } from "../sign-in-robot";

/**
 * @param output what `consent` has printed
 * @returns the address on loopback that this browser cannot open
 */
export async function addressOfBrowserElsewhere(output: string): Promise<string> {
  const address = /https:\/\/\S+\/authorize\?\S+/u.exec(output)?.[0];
  if (address === undefined) throw new Error(`There is no address of a sign-in in this:\n${output}`);
  const { url } = await signIn(address, personFrom({}), "http://localhost");
  return url;
}
