import { createRequire } from 'node:module'
import { CommandError } from '../command/errors.ts'

/** Where a person reads what jest's options are. */
export const SEE_JEST = 'see https://jestjs.io/docs/cli for what jest knows.'

/** Options with which jest does something else than to run tests. */
const RUN_NO_TEST = ['listTests', 'showConfig', 'clearCache', 'init', 'version', 'help', 'h']

/** @throws CommandError for an option with which jest runs no test */
export function checkThatTestsRun(args: readonly string[]): void {
  for (const arg of args) {
    const name = /^--?([^=]+)/.exec(arg)?.[1]
    if (name === undefined || !RUN_NO_TEST.includes(name)) continue
    throw new CommandError(
      `With jest's option '${arg}', no test runs.`,
      `run jest itself for it: node dev/run.mjs jest ${args.join(' ')}.`,
    )
  }
}

/**
 * Checks what jest ignores, or takes without a sentence: a number that is none, and the like.
 * @param args names of options that jest knows, with a value for each that needs one: on others, its parser ends the process
 * @throws CommandError for the first value that is wrong
 */
export async function checkValues(args: readonly string[]): Promise<void> {
  if (!args.some((arg) => arg.startsWith('-'))) return
  // Not a dependency of this project, but jest's own: the parser that reads the same arguments next.
  const ofJest = createRequire(createRequire(import.meta.url).resolve('jest'))
  const { buildArgv, yargsOptions } = ofJest('jest-cli') as {
    buildArgv(args: readonly string[]): Promise<Record<string, unknown>>
    yargsOptions: Record<string, { type?: string; alias?: string }>
  }
  const pairs = args.map((arg) => /^--?([^=]+)=(.*)$/.exec(arg)).filter((pair) => pair !== null)
  const parsed = await buildArgv(args)
  const wrong = (name: string, kind: string) =>
    new CommandError(`jest's option '${name}' takes ${kind}.`, SEE_JEST)
  for (const [name, { alias, type }] of Object.entries(yargsOptions)) {
    const values = [parsed[name]].flat().filter((value) => value !== undefined)
    if (type === 'number' && values.some((value) => !Number.isFinite(value))) throw wrong(name, 'a number')
    if (type === 'boolean') {
      const given = pairs.find(([, given]) => given === name || (alias !== undefined && given === alias))
      const allowed = name === 'bail' ? /^(?:true|false|\d+)$/ : /^(?:true|false)$/
      if (given && !allowed.test(given[2] ?? ''))
        throw wrong(
          name,
          name === 'bail' ? 'no value, or a number of failures' : 'no value, or true or false',
        )
    }
    if (name === 'maxWorkers' && values.some((value) => !/^[1-9]\d*%?$/.test(String(value))))
      throw wrong(name, 'a number, or a percentage such as 50%')
    if (name === 'testNamePattern') for (const value of values) checkPattern(String(value))
  }
}

function checkPattern(pattern: string): void {
  try {
    new RegExp(pattern, 'i')
  } catch (error) {
    const reason = (error as Error).message.split(': ').at(-1)
    throw new CommandError(
      `'${pattern}' is no pattern for the names of tests: ${reason}.`,
      'it is a regular expression; put a backslash before each character that is meant as it is.',
      { cause: error },
    )
  }
}
