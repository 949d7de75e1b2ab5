import { endOf, spawnTied } from './command/child.ts'
import { main } from './command/main.ts'

const help = `npm run types

Checks the types of all files with TypeScript.

  --verbose  of a failure of the command: all of it
  --help     this text`

await main({ help, options: {} }, () => endOf(spawnTied(['tsc', '--noEmit'], { stdio: 'inherit' })))
