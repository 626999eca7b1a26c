// The entry of every npm script. It is written for any Node that ever met an npm script, because the
// first thing it does is to say which one is needed.
'use strict';

var parts = process.versions.node.split('.');
var major = Number(parts[0]);
var minor = Number(parts[1]);

if (major < 20 || (major === 20 && minor < 19)) {
  console.error('resync: expected Node 20.19 or newer; this is ' + process.version);
  process.exit(1);
}
import('./workspace.mjs').then(function (workspace) {
  return workspace.run(process.argv[2], process.argv.slice(3));
});
