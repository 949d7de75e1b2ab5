import { parseDockerfile } from '../syntax/dockerfile.ts'
import { parseReference } from '../syntax/references.ts'
import type { SourceBlock } from './source-blocks.ts'

/**
 * Finds the lines of the instruction that failed, for a builder that does not show them.
 * @param step such as `[build 2/3] RUN make`
 * @returns null if no instruction is that one, or several are
 */
export function locateInstruction(
  dockerfile: string,
  step: string,
): Pick<SourceBlock, 'line' | 'endLine' | 'text'> | null {
  const wanted = withSingleBlanks(step.replace(/^\[[^\]]*\] /, ''))
  const { instructions } = parseDockerfile(dockerfile)
  const found = instructions.filter(({ text }) => withSingleBlanks(text) === wanted)
  return found.length === 1 ? (found[0] ?? null) : null
}

/**
 * Finds the lines of the FROM that names a base image, for a builder that does not show them.
 * @param image as the builder names it, written out: `docker.io/library/busybox:9.99`
 * @param buildArgs `KEY=value`, which may be a part of the name
 * @returns the first of several; null if none is known to name it
 */
export function locateBaseImage(
  dockerfile: string,
  image: string,
  buildArgs: readonly string[],
): Pick<SourceBlock, 'line' | 'endLine' | 'text'> | null {
  const wanted = fullName(image)
  const given = new Map(buildArgs.map((arg): [string, string] => splitAt(arg)))
  const values = new Map<string, string>()
  let isGlobal = true
  for (const instruction of parseDockerfile(dockerfile).instructions) {
    const [, word = '', rest = ''] = /^(ARG|FROM)\s+(.*)$/is.exec(instruction.text) ?? []
    if (word.toUpperCase() === 'ARG' && isGlobal) {
      for (const arg of rest.split(/\s+/)) {
        const [name, value] = splitAt(arg)
        values.set(name, given.get(name) ?? withValues(value.replace(/^(["'])(.*)\1$/, '$2'), values))
      }
    }
    if (word.toUpperCase() !== 'FROM') continue
    isGlobal = false
    const named = /^(?:--\S+\s+)*(\S+)/.exec(rest)?.[1] ?? ''
    if (fullName(withValues(named, values)) === wanted) return instruction
  }
  return null
}

const splitAt = (arg: string): [string, string] => {
  const at = arg.indexOf('=')
  return at < 0 ? [arg, ''] : [arg.slice(0, at), arg.slice(at + 1)]
}

/** Variables in their plain forms, `$NAME`, `${NAME}` and `${NAME:-default}`; another form stays, and names no image. */
const withValues = (text: string, values: ReadonlyMap<string, string>) =>
  text.replace(/\$(?:(\w+)|\{(\w+)(?::-([^}$]*))?\})/g, (_, bare, braced, otherwise) => {
    return values.get(bare ?? braced) || (otherwise ?? '')
  })

function fullName(image: string): string {
  const { repository, tag, digest } = parseReference(image)
  return `${repository}:${tag}@${digest ?? ''}`
}

function withSingleBlanks(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}
