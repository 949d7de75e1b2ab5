import { INPUTS, type InputName } from './names.ts'
import type { InputSource } from './reader.ts'

/**
 * Warns of each variable by which the runner would give an input that the action does not declare, and names the
 * input that may be meant. The runner passes on whatever stands under `with:`; another tool may have set such a
 * variable too, so that it is never an error.
 */
export function warnOfUndeclared({ env, warn }: InputSource, action: keyof typeof INPUTS): void {
  const declared: readonly InputName[] = INPUTS[action]
  for (const [variable, value] of Object.entries(env)) {
    const name = /^INPUT_(.+)$/.exec(variable)?.[1]?.toLowerCase()
    if (name === undefined || !value || declared.some((one) => one === name)) continue
    const nearest = nearestName(name, declared)
    const hint = nearest === null ? '' : `; did you mean ${nearest}?`
    warn?.(`There is no input '${name}' (${variable}), so that it has no effect${hint}`)
  }
}

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
