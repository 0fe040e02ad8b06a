/**
 * Characters that nobody sees, or that change the direction of others, as a part of a class. By Unicode's properties: a list of one's own
 * forgets some.
 */
export const invisible = String.raw`\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\u2800`;
