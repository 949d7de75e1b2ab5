import path from 'node:path'
import { isRemote } from '../docker/syntax/context.ts'
import { BUILT, compile, hasExpression } from '../metadata/expressions.ts'
import type { BuiltTemplates, Render } from '../metadata/index.ts'
import { type OtherBraces, type Template, TemplateError } from '../metadata/template.ts'
import { InputError } from '../shared/errors.ts'
import type { Reader } from './reader.ts'

// Expressions ({{version}}, {{branch}}…) in the build's own inputs. They have values only once the event has been read,
// and may hold what others name: a branch, a tag. A value is never read for expressions itself.

/** The expressions of a build's inputs. */
export interface BuildExpressions<T> extends BuiltTemplates {
  /**
   * The inputs with the values.
   * @throws InputError if they are wrong with them
   */
  readonly fill: (render: Render) => T
}

/** Reads values that may have expressions. */
export class ValueReader {
  readonly #reader: Reader
  readonly #render: Render | null
  readonly #templates: Template[] = []

  /** @param render null as long as nobody knows what the expressions stand for */
  constructor(reader: Reader, render: Render | null) {
    this.#reader = reader
    this.#render = render
  }

  /** Those that have been read, and have an expression. */
  get templates(): readonly Template[] {
    return this.#templates
  }

  /**
   * @param item what a problem shows
   * @returns the value; null if it is not known so far, or a problem
   */
  read(
    input: 'build-args' | 'target' | 'file',
    item: string,
    text: string,
    others: OtherBraces,
  ): string | null {
    try {
      const template = compile(text, BUILT, others)
      if (!hasExpression(template)) return template.join('')
      this.#templates.push(template)
      return this.#render?.(template) ?? null
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error
      this.#reader.problem(input, item, `${error.message}; \\{{ is kept as {{`)
      return null
    }
  }
}

/** docker takes any text before the equals sign; a blank or a quote in it is a slip (`VERSION: 1`, `'VERSION=1'`). */
const BUILD_ARG = /^[^\s='"]+=|^[a-zA-Z_][a-zA-Z0-9_.-]*$/

/** The input `build-args`. A variable's value, which `KEY` alone stands for, is taken as it is. */
export function readBuildArgs(reader: Reader, values: ValueReader): string[] {
  const name = 'build-args'
  const items = reader.matchingList(
    name,
    'lines',
    BUILD_ARG,
    'must be KEY=value, or KEY for the value in the environment; the key without blanks and quotes',
  )
  return items.map((item) => {
    const equals = item.indexOf('=')
    if (equals < 0) return item
    const key = item.slice(0, equals)
    // Whoever names a branch would name an argument, and some of them (BUILDKIT_SYNTAX) choose what builds.
    if (hasExpression(compile(key, BUILT, 'keep'))) {
      reader.problem(name, item, 'has an expression in its key; only the value may have one')
      return item
    }
    const value = values.read(name, item, item.slice(equals + 1), 'keep')
    return value === null ? item : `${key}=${value}`
  })
}

const STAGE = /^[a-zA-Z0-9][a-zA-Z0-9._-]*$/
const STAGE_RULE = "must be the name of a stage of the Dockerfile (letters, digits, '.', '_' and '-')"

/** The input `target`. */
export function readTargetStage(reader: Reader, values: ValueReader): string | null {
  const given = reader.text('target')
  if (given === '') return null
  const target = values.read('target', given, given, 'refuse')
  if (target === null || STAGE.test(target)) return target
  reader.problem('target', given, target === given ? STAGE_RULE : `gives '${target}', which ${STAGE_RULE}`)
  return null
}

/**
 * The input `file`, which is still to be looked for.
 * @returns null if it is not known so far, or a problem
 */
export function readFileName(reader: Reader, values: ValueReader): string | null {
  const given = reader.text('file')
  const file = values.read('file', given, given, 'refuse')?.trim() ?? null
  if (file === null || file === given) return file
  if (file === '') {
    reader.problem('file', given, 'gives nothing for this event; must be the path of a Dockerfile')
    return null
  }
  // Whoever names a branch chooses no Dockerfile of another place.
  const isElsewhere = (name: string) => path.isAbsolute(name) || isRemote(name)
  if (isElsewhere(file) && !isElsewhere(given)) {
    reader.problem('file', given, `gives '${file}', which is no path of the workspace`)
    return null
  }
  return file
}

/** @returns null if there are no expressions */
export function expressionsOf<T>(
  { templates }: ValueReader,
  fill: (render: Render) => T,
): BuildExpressions<T> | null {
  if (templates.length === 0) return null
  const problems = (render: Render) => {
    try {
      fill(render)
      return []
    } catch (error) {
      if (error instanceof InputError) return error.problems
      throw error
    }
  }
  return { templates, problems, fill }
}
