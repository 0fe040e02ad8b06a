/** Ids that Graph makes out of the ids of the objects they connect: their bytes in the order of .NET, base64url. */
export function objectKey(...guids: string[]): string {
  return Buffer.concat(guids.map(guidBytes)).toString("base64url");
}

function guidBytes(guid: string): Buffer {
  const [first = "", second = "", third = "", ...rest] = guid.split("-");
  const littleEndian = [first, second, third].map((part) => Buffer.from(part, "hex").reverse());
  return Buffer.concat([...littleEndian, Buffer.from(rest.join(""), "hex")]);
}
