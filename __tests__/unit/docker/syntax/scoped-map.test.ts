import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { ScopedMap, ScopedSet } from '../../../../src/docker/syntax/scoped-map.ts'

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f']
const name = fc.constantFrom(...NAMES)
/** A scope is based on one before it, by number, or on none; then it changes. */
const scope = fc.record({
  base: fc.option(fc.nat(), { nil: null }),
  changes: fc.array(fc.tuple(name, fc.option(fc.nat(9), { nil: null })), { maxLength: 4 }),
})

test('each scope has what a copy of its base would have, with its own changes', () => {
  fc.assert(
    fc.property(fc.array(scope, { maxLength: 40 }), (scopes) => {
      const made: { scoped: ScopedMap<number>; copy: Map<string, number> }[] = []
      for (const { base, changes } of scopes) {
        const parent = base === null || made.length === 0 ? null : (made[base % made.length] ?? null)
        const scoped = new ScopedMap(parent?.scoped ?? null)
        const copy = new Map(parent?.copy)
        for (const [key, value] of changes) {
          if (value === null) {
            scoped.delete(key)
            copy.delete(key)
          } else {
            scoped.set(key, value)
            copy.set(key, value)
          }
        }
        made.push({ scoped, copy })
      }
      for (const { scoped, copy } of made) {
        expect(NAMES.map((key) => scoped.get(key))).toEqual(NAMES.map((key) => copy.get(key)))
        expect(NAMES.map((key) => scoped.has(key))).toEqual(NAMES.map((key) => copy.has(key)))
      }
    }),
  )
})

test('what others begin with does not change', () => {
  const base = new ScopedMap<number>()
  base.set('a', 1)
  const next = new ScopedMap(base)
  next.set('a', 2)
  expect(() => base.set('a', 3)).toThrow("'a' is set")
  expect(() => base.delete('a')).toThrow("'a' is set")
})

test('a set knows the names of its base, and forgets them for itself alone', () => {
  const base = new ScopedSet()
  base.add('a')
  const next = new ScopedSet(base)
  next.add('b')
  next.delete('a')
  expect([base.has('a'), base.has('b'), next.has('a'), next.has('b')]).toEqual([true, false, false, true])
})
