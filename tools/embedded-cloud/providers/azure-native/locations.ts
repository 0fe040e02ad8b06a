/** Azure regions have two spellings. */
import type { Property } from "../base/plugin";
import { text, type Value } from "../base/values";

const plain = (location: Value): string => text(location).replaceAll(" ", "").toLowerCase();

/** "West Europe" and "westeurope" are the same region. */
export const locationProperty: Property = { type: "string", computed: true, same: (a, b) => plain(a) === plain(b) };
