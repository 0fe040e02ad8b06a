/**
 * Invisible characters, and those that change the direction of others, as a part of a character class. By Unicode's
 * properties, as a hand-written list would miss some.
 */
export const invisible = String.raw`\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\u2800`;
