// osls loads a plugin by its CommonJS export; Node 24 may require the TypeScript as it is.
module.exports = require('./herd-plugin.ts').HerdPlugin;
