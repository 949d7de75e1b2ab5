import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { CommandError } from '../command/errors.ts'
import { root } from '../root.ts'
import { checkThatTestsRun, checkValues, SEE_JEST } from './arguments.ts'
import { JEST, NODE_OPTIONS_OF_JEST } from './run.ts'

/** Test files, relative to the root of the checkout. */
export interface Selection {
  /** Those of `dist/`, on real engines. */
  readonly endToEnd: readonly string[]
  readonly others: readonly string[]
}

const END_TO_END = path.join('__tests__', 'e2e', path.sep)

/**
 * Asks jest which test files its arguments mean, so that a path, a part of one, a pattern or an option is understood as
 * jest understands it.
 * @throws CommandError if they mean none, or one of them is wrong
 */
export async function select(args: readonly string[]): Promise<Selection> {
  // Most often a file is named, and then jest need not look through all of them.
  const named = args.length > 0 && args.every(isTestFile)
  const files = (named ? args.map((arg) => path.resolve(root, arg)) : await listTests(args))
    .map((file) => path.relative(root, file))
    .sort()
  if (files.length === 0) {
    throw new CommandError(
      `No test file is meant by '${args.join(' ')}'.`,
      'give a path below __tests__, or a part of one, such as __tests__/unit/metadata; npm test -- --help says more.',
    )
  }
  const needsEngine = (file: string) => file.startsWith(END_TO_END)
  return { endToEnd: files.filter(needsEngine), others: files.filter((file) => !needsEngine(file)) }
}

function isTestFile(arg: string): boolean {
  const file = path.resolve(root, arg)
  return (
    file.startsWith(path.join(root, '__tests__', path.sep)) && file.endsWith('.test.ts') && existsSync(file)
  )
}

async function listTests(args: readonly string[]): Promise<string[]> {
  const argv = [...NODE_OPTIONS_OF_JEST, JEST, ...args, '--listTests', '--json']
  const remedy = SEE_JEST
  checkThatTestsRun(args)
  try {
    const { stdout } = await promisify(execFile)(process.execPath, argv, { cwd: root, maxBuffer: 1 << 24 })
    const invalid = stdout.split('\n').find((line) => line.includes('Invalid testPattern'))
    if (invalid) throw new CommandError(`'${args.join(' ')}' is no pattern of a path.`, remedy)
    await checkValues(args)
    return JSON.parse(stdout || '[]') as string[]
  } catch (error) {
    if (!isFailure(error)) throw error
    const needsValue = /^Not enough arguments following: (\S+)$/m.exec(error.stderr)
    if (needsValue) throw new CommandError(`jest's option '${needsValue[1]}' needs a value.`, remedy)
    const lines = `${error.stderr}\n${error.stdout}`
      .split('\n')
      .map((line) => line.replace(/^[\s●]+(?:Error: )?|^Error: /, '').trim())
    const said = lines.find((line) => line !== '' && !/^Unrecognized CLI Parameter/.test(line))
    throw new CommandError(`jest does not take these arguments: ${said}`, remedy, { cause: error })
  }
}

/** Whether a program has failed, as {@link execFile} says it. */
function isFailure(error: unknown): error is Error & { stdout: string; stderr: string } {
  return typeof error === 'object' && error !== null && 'stderr' in error
}
