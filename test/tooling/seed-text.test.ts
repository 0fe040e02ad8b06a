import { splitSeed } from "./seed-text";

test("the seed is taken apart into headings, sentences, and what is typed", () => {
  const text = `Using it

One thing is so. Another "is not." A third is "quoted." And e.g. a Fourth.
Connect-It -Token $a -Other $b -More $c -AndMore $d
Import-Module It

<#
    .SYNOPSIS
        This script does it.
    .EXAMPLE
        .\\it.ps1 -Name x
#>
Param
(
    [string]$Name
)
    # A comment in the script is not one of its sentences.
`;
  expect(splitSeed(text)).toEqual({
    headings: ["Using it"],
    sentences: [
      "One thing is so.",
      'Another "is not."',
      'A third is "quoted."',
      "And e.g. a Fourth.",
      "This script does it.",
    ],
    code: [
      "Connect-It -Token $a -Other $b -More $c -AndMore $d",
      "Import-Module It",
      "<#",
      ".SYNOPSIS",
      ".EXAMPLE",
      ".\\it.ps1 -Name x",
      "#>",
      "Param",
      "(",
      "[string]$Name",
      ")",
      "# A comment in the script is not one of its sentences.",
    ],
  });
});
