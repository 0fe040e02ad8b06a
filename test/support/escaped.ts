/** A text as a pattern that matches it alone. */
export const escaped = (text: string): string => text.replace(/[$()*+.?[\\\]^{|}]/gu, String.raw`\$&`);
