/** The choice of further reply URLs; a file of its own, because the package's types must import no library. */
export interface ReplyUrlChoice {
  /** Whether to declare urn:ietf:wg:oauth:2.0:oob, which no flow uses. Default true. */
  outOfBandReplyUrl?: boolean;
}
