import { endSharedServer } from './shared-server';

// jest calls what the module itself is, after the last test.
module.exports = endSharedServer;
