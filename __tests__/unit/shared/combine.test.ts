import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { byRemedy, CombinedError, combineErrors, partsOf } from '../../../src/shared/combine.ts'
import { ActionError, explain, InputError } from '../../../src/shared/errors.ts'
import { FUZZ_TIMEOUT, hold } from '../../support/fuzz.ts'

const failed = (what: string, remedy: string) => new ActionError(what, remedy)
const told = (...failures: readonly unknown[]) => explain(combineErrors(failures))

const DEFECT_REMEDY =
  'What to do: this is not an error that ecr-build-push knows; run the job again with debug logging (the secret ACTIONS_STEP_DEBUG set to true) and report what it prints.'

describe('several failures are one error', () => {
  test('of one remedy: all are named, the remedy follows', () => {
    const combined = combineErrors([failed('A failed.', 'fix it.'), failed('B failed.', 'fix it.')])
    expect(combined).toMatchObject({ message: 'A failed.\nB failed.', remedy: 'fix it.' })
    expect(explain(combined)).toBe('A failed.\nB failed.\nWhat to do: fix it.')
  })

  test('of several remedies: each stands once, behind the failures that it is for', () => {
    expect(
      told(failed('A.', 'fix it.'), failed('B.', 'wait.'), failed('C.', 'fix it.'), failed('D.', '')),
    ).toBe('A.\nC.\nWhat to do: fix it.\nB.\nWhat to do: wait.\nD.')
  })

  test('of several remedies: a part for each, and one part of what is no combined error', () => {
    const [a, b] = [failed('A.', 'fix it.'), failed('B.', 'wait.')]
    expect(byRemedy(combineErrors([a, b, failed('C.', 'fix it.')]))).toEqual([
      { message: 'A.\nC.', remedy: 'fix it.' },
      { message: 'B.', remedy: 'wait.' },
    ])
    expect(byRemedy(a)).toEqual([{ message: 'A.', remedy: 'fix it.' }])
  })

  test('and those that say the same are one', () => {
    const first = failed('A.', 'fix it.')
    expect(combineErrors([first, failed('A.', 'fix it.'), first])).toBe(first)
    expect(told(first, failed('B.', 'fix it.'), failed('A.', 'fix it.'))).toBe('A.\nB.\nWhat to do: fix it.')
  })

  test('a combined one among them counts as what it was made of', () => {
    const inner = combineErrors([failed('A.', 'fix it.'), failed('B.', 'wait.')])
    const outer = combineErrors([failed('C.', 'wait.'), inner, failed('A.', 'fix it.')])
    expect(explain(outer)).toBe('C.\nB.\nWhat to do: wait.\nA.\nWhat to do: fix it.')
    expect(partsOf(outer)).toHaveLength(3)
  })

  test('one alone stays what it is', () => {
    const defect = new TypeError('x is not a function')
    expect(combineErrors([defect])).toBe(defect)
    expect(partsOf(defect)).toEqual([defect])
  })

  test('a defect hides no other failure, and none hides a defect', () => {
    const said = told(failed('A.', 'fix it.'), new TypeError('x is not a function'), 'a text')
    expect(said).toBe(`A.\nWhat to do: fix it.\nx is not a function\na text\n${DEFECT_REMEDY}`)
  })

  test('input errors have no remedy of their own', () => {
    const inputs = new InputError([{ input: 'tags', value: '', message: 'is required' }])
    expect(told(inputs, failed('A.', 'fix it.'))).toBe("Input 'tags': is required\nA.\nWhat to do: fix it.")
  })

  test('a location in a file is kept, and the first failure is the cause', () => {
    const location = { file: 'Dockerfile', line: 3, endLine: 3 }
    const first = failed('A.', 'fix it.')
    const combined = combineErrors([first, new ActionError('B.', 'fix it.', { location })])
    expect(combined).toMatchObject({ location, cause: first })
  })

  test('the stack is that of each', () => {
    const defect = new TypeError('x is not a function')
    const combined = combineErrors([failed('A.', 'fix it.'), defect]) as CombinedError
    expect(combined.stack).toContain(defect.stack)
    expect(combined.stack).toContain('ActionError: A.')
  })
})

test(
  'whatever fails, in whatever nesting: each message and each remedy is told, and told once',
  async () => {
    const failure = fc
      .record({ what: fc.integer({ min: 0, max: 6 }), remedy: fc.constantFrom('', 'fix', 'wait', 'report') })
      // The same failure always has the same remedy, as it has outside of tests.
      .map(({ what, remedy }) => failed(`<${what} ${remedy}>`, remedy === '' ? '' : `[${remedy}]`))
    const { tree } = fc.letrec<{ tree: readonly unknown[]; node: unknown }>((tie) => ({
      tree: fc.array(tie('node'), { minLength: 1, maxLength: 4 }),
      node: fc.oneof(
        { maxDepth: 3 },
        failure,
        tie('tree').map((nodes) => combineErrors(nodes as unknown[])),
      ),
    }))
    await hold(tree, 150, (failures) => {
      const parts = failures.flatMap(partsOf) as ActionError[]
      const text = told(...failures)
      for (const { message, remedy } of parts) {
        expect(text.split(message)).toHaveLength(2)
        if (remedy !== '') expect(text.split(`What to do: ${remedy}`)).toHaveLength(2)
      }
      expect(text.match(/<\d/g)).toHaveLength(new Set(parts.map(({ message }) => message)).size)
      const combined = combineErrors(failures)
      if (combined instanceof CombinedError) expect(combined.failures.some(isCombined)).toBe(false)
    })
  },
  FUZZ_TIMEOUT,
)

const isCombined = (error: unknown) => error instanceof CombinedError
