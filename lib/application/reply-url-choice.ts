/** The reply URLs beside that of the sign-in; the package's types have it, and need no library for it. */
export interface ReplyUrlChoice {
  /** Whether to declare urn:ietf:wg:oauth:2.0:oob, which no flow uses. Default true. */
  outOfBandReplyUrl?: boolean;
}
