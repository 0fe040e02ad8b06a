// What it declares is in Pulumi.<stack>.yaml: docs/settings.md of the package.
module.exports = require("secure-application-model/program");
