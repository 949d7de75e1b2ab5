import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'

/** What a program that deploys was asked. */
export interface ProgramCall {
  readonly program: string
  readonly args: readonly string[]
  /** The access key that it had. */
  readonly key: string
  readonly region: string
  /** What stood in the files that were named as `file://NAME`. */
  readonly files: readonly string[]
}

/** In a place of its own: what it does not know is an error, as of the real one. */
const SCRIPT = `
const { appendFileSync, readFileSync } = require('node:fs')
const [calls, answers, program, ...args] = process.argv.slice(2)
const files = args.filter((one) => one.startsWith('file://')).map((one) => readFileSync(one.slice(7), 'utf8'))
const { AWS_ACCESS_KEY_ID: key = '', AWS_REGION: region = '' } = process.env
appendFileSync(calls, JSON.stringify({ program, args, key, region, files }) + '\\n')
const known = Object.entries(JSON.parse(readFileSync(answers, 'utf8')))
const found = known.find(([words]) => [program, ...args].join(' ').startsWith(words))
if (found === undefined) {
  console.error(program + ' ' + args.join(' ') + ' is not known here')
  process.exit(252)
}
process.stdout.write(found[1])
`

/**
 * Programs that write down what they are asked, and answer from a table.
 * @param folder a new one, for PATH
 * @param answers by the words that a command begins with
 */
export function standInPrograms(folder: string, answers: Readonly<Record<string, string>>) {
  mkdirSync(folder)
  const [script, calls, table] = ['program.cjs', 'calls', 'answers.json'].map((one) => path.join(folder, one))
  writeFileSync(script as string, SCRIPT)
  writeFileSync(table as string, JSON.stringify(answers))
  for (const program of ['aws', 'kubectl']) {
    const line = [process.execPath, script, calls, table, program].map((one) => `'${one}'`).join(' ')
    writeFileSync(path.join(folder, program), `#!/bin/sh\nexec ${line} "$@"\n`, { mode: 0o755 })
  }
  return {
    folder,
    calls: (): ProgramCall[] =>
      existsSync(calls as string)
        ? readFileSync(calls as string, 'utf8')
            .trimEnd()
            .split('\n')
            .map((line) => JSON.parse(line) as ProgramCall)
        : [],
  }
}
