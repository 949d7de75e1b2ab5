import { INPUTS, type InputName } from './names.ts'
import type { InputSource } from './reader.ts'

/** So many are named; a job may have another tool's variables in all of its steps. */
const NAMED = 20

/**
 * Warns of the variables by which the runner would give inputs that the action does not declare, and names the inputs that
 * may be meant: in one warning, however many there are. The runner passes on whatever stands under `with:`; another tool
 * may have set such a variable too, so that it is never an error.
 */
export function warnOfUndeclared({ env, warn }: InputSource, action: keyof typeof INPUTS): void {
  const declared: readonly InputName[] = INPUTS[action]
  const found = Object.entries(env).flatMap(([variable, value]) => {
    const name = /^INPUT_(.+)$/.exec(variable)?.[1]?.toLowerCase()
    return name === undefined || !value || declared.some((one) => one === name) ? [] : [{ name, variable }]
  })
  const [only] = found
  if (only === undefined) return
  const hint = ({ name }: { readonly name: string }) => {
    const nearest = nearestName(name, declared)
    return nearest === null ? null : `did you mean ${nearest}?`
  }
  if (found.length === 1) {
    const meant = hint(only)
    warn?.(
      `There is no input '${shortName(only.name)}' (${shortName(only.variable)}), so that it has no effect${meant === null ? '' : `; ${meant}`}`,
    )
    return
  }
  const lines = found.slice(0, NAMED).map((one) => {
    const meant = hint(one)
    return `  '${shortName(one.name)}' (${shortName(one.variable)})${meant === null ? '' : `; ${meant}`}`
  })
  const more = found.length - NAMED
  warn?.(
    [
      `There are no inputs of these ${found.length} names, so that they have no effect:`,
      ...lines,
      ...(more > 0 ? [`  … and ${more} more`] : []),
    ].join('\n'),
  )
}

/** A name is no secret, and half of it is enough to find it. */
const shortName = (name: string) => (name.length <= NAME_SHOWN ? name : `${name.slice(0, NAME_SHOWN)}…`)
const NAME_SHOWN = 80

/** Longer than any name of an input. */
const LONGEST_NAME = 64

/** @returns null if no name is like it */
export function nearestName(name: string, names: readonly string[]): string | null {
  const plain = name.replaceAll('_', '-')
  if (plain.length > LONGEST_NAME) return null
  const ranked = names
    .map((other) => ({ other, distance: distanceBetween(plain, other) }))
    .sort((one, two) => one.distance - two.distance)
  const [best] = ranked
  if (best !== undefined && best.distance <= Math.max(1, Math.floor(plain.length / 4))) return best.other
  // All of the one is a part of the other: `region`, `fail-on`, `image-tags`, `dockerfile`.
  const words = (text: string) => `-${text}-`
  const isPart = (other: string) =>
    words(other).includes(words(plain)) || words(plain).includes(words(other)) || plain.endsWith(other)
  return names.find(isPart) ?? null
}

/** The number of letters to insert, delete or replace, or of neighbours to swap. */
function distanceBetween(one: string, other: string): number {
  let before: number[] = []
  let row = Array.from({ length: other.length + 1 }, (_, at) => at)
  for (let at = 1; at <= one.length; at++) {
    const next = [at]
    for (let to = 1; to <= other.length; to++) {
      const same = one[at - 1] === other[to - 1]
      const ways = [numberAt(next, to - 1) + 1, numberAt(row, to) + 1, numberAt(row, to - 1) + (same ? 0 : 1)]
      const swapped = to > 1 && at > 1 && one[at - 1] === other[to - 2] && one[at - 2] === other[to - 1]
      if (swapped) ways.push(numberAt(before, to - 2) + 1)
      next.push(Math.min(...ways))
    }
    before = row
    row = next
  }
  return numberAt(row, other.length)
}

const numberAt = (numbers: readonly number[], index: number): number =>
  numbers[index] ?? Number.POSITIVE_INFINITY
