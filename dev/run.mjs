// Runs a command of this project: `node dev/run.mjs dev/x.ts args…`, or `node dev/run.mjs PROGRAM args…` for a
// program of node_modules/.bin.
//
// This file has no imports, so that a Node that is too old for everything else still says so in a sentence.
const oldest = 18
if (Number(process.versions.node.split('.')[0]) < oldest) {
  console.error(`This is Node ${process.versions.node}; the commands need Node ${oldest} or later.`)
  console.error(
    'What to do: install a newer one, for instance from https://nodejs.org/en/download, or with apt-get install nodejs npm on Debian 12 or later.',
  )
  process.exitCode = 1
} else import('./launch.mjs')
