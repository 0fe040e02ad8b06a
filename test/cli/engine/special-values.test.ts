import { runtime } from "@pulumi/pulumi";
import { specialKey, unknownValue } from "../../../cli/engine/special-values";

test("the ids are those of the SDK", () => {
  expect({ specialKey, unknownValue }).toEqual({
    specialKey: runtime.specialSigKey,
    unknownValue: runtime.unknownValue,
  });
});
