/** Graph expects null for an absent value or an empty text. */
import { text, type Value } from "../base/values";

export const orNull = (value: Value | undefined): Value => (text(value) === "" ? null : (value ?? null));
