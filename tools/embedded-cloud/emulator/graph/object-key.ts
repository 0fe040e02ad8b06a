/** Ids that Graph computes from the ids of the connected objects: their bytes in .NET's order, base64url. */
export function objectKey(...guids: string[]): string {
  return Buffer.concat(guids.map(guidBytes)).toString("base64url");
}

/** Whether a text has the form of a GUID: Microsoft's have no fixed version bits. */
export function isGuid(text: string): boolean {
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}

function guidBytes(guid: string): Buffer {
  const [first = "", second = "", third = "", ...rest] = guid.split("-");
  const littleEndian = [first, second, third].map((part) => Buffer.from(part, "hex").reverse());
  return Buffer.concat([...littleEndian, Buffer.from(rest.join(""), "hex")]);
}
