/**
 * What nobody sees, and what changes the direction of what is seen, as a part of a class of characters. By Unicode's properties: a list of
 * one's own forgets some.
 */
export const invisible = String.raw`\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\u2800`;
