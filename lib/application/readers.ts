/** Checks that `vault.readers` are what the settings say: otherwise Azure refuses a role in mid-deployment. */
import * as v from "valibot";
import type { AzureApi } from "../azure/api";
import { optionalText } from "../azure/shapes";
import { Failure, run, setSetting } from "../errors/failure";

type Reader = Readonly<Record<"principalId" | "principalType", string>>;

const types: Readonly<Record<string, string>> = { user: "User", group: "Group", servicePrincipal: "ServicePrincipal" };
const typed = v.looseObject({ "@odata.type": optionalText });

/** @returns the problem of the first wrong reader, with the setting; undefined if all are right @throws ApiError */
export async function wrongReader(graph: AzureApi, readers: readonly Reader[]): Promise<Failure | undefined> {
  const looked = readers.map(async ({ principalId, principalType }, index) => {
    const object = await graph.find(`/v1.0/directoryObjects/${principalId}`, typed);
    const is = object?.["@odata.type"]?.replace("#microsoft.graph.", "") ?? "";
    const type = types[is];
    if (type === principalType) return undefined;
    const setting = `vault.readers[${index}]`;
    if (type !== undefined)
      return new Failure(
        "vault-reader",
        `${setting} says that ${principalId} is a ${principalType}, and it is a ${type}.`,
        run("Set its type", setSetting(`${setting}.principalType`, type)),
      );
    const there = object === undefined ? "which this tenant does not have" : `which is no user or group, but: ${is}`;
    return new Failure(
      "vault-reader",
      {
        what: `${setting} names ${principalId}, ${there}.`,
        why: "An application's roles belong to its service principal, which has an object id of its own.",
      },
      run("Name the right object", setSetting(`${setting}.principalId`, "<object id>")),
    );
  });
  return (await Promise.all(looked)).find((wrong) => wrong !== undefined);
}
