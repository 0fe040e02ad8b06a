/** Every number that a new consent fixes; test/fixes/tokens.test.ts has one of each kind. */
import { testRefusedTokens } from "../fixes/support/terminal";

testRefusedTokens([
  { number: 50074, fix: "AADSTS50074: Consent again, with multi-factor authentication" },
  { number: 50076, fix: "AADSTS50076: Consent again, with multi-factor authentication" },
  { number: 50078, fix: "AADSTS50078: Consent again, with multi-factor authentication" },
  { number: 50158, fix: "AADSTS50158: Consent again, with multi-factor authentication" },
  { number: 500121, fix: "AADSTS500121: Consent again, with multi-factor authentication" },
  { number: 65004, fix: "AADSTS65004: Consent again, with multi-factor authentication" },
  { number: 70000, fix: "AADSTS70000: Consent again, with multi-factor authentication" },
  { number: 70008, fix: "AADSTS70008: Consent again, with multi-factor authentication" },
  { number: 70043, fix: "AADSTS70043: Consent again, with multi-factor authentication" },
  { number: 700082, fix: "AADSTS700082: Consent again, with multi-factor authentication" },
]);
