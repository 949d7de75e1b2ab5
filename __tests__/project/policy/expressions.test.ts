// biome-ignore-all lint/suspicious/noTemplateCurlyInString: expressions of GitHub's
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { AnyPullRequest, AnyRef } from '../../../dev/policy/any-ref.ts'
import { Complete, type Contexts, mayRun, resolve, textOf } from '../../../dev/policy/expressions.ts'
import { combinationsOf } from '../../../dev/policy/matrix.ts'
import { evaluateIf } from '../../support/workflows.ts'

const within = (values: object, more: Partial<Contexts> = {}): Contexts => ({
  values: { github: {}, inputs: {}, env: {}, matrix: {}, ...values },
  anyRef: null,
  parts: {},
  ...more,
})

describe('a text with expressions', () => {
  const contexts = within(
    { github: { event_name: 'push' }, inputs: { a: 'x', b: true }, matrix: new Complete({ c: 1 }) },
    { parts: { 'inputs.d': ['demo-', { expression: 'vars.D' }] } },
  )

  test.each([
    ['plain', 'plain'],
    ['${{ inputs.a }}-${{ inputs.b }}', 'x-true'],
    ['${{ matrix.c }}${{ matrix.none }}', '1'],
    ['${{ vars.A }}', '${{ vars.A }}'],
    ['a${{secrets.B}}c', 'a${{ secrets.B }}c'],
    ["${{ github.event_name == 'push' && 'yes' || 'no' }}", 'yes'],
    ["${{ vars.A == 'a' && 'yes' || 'no' }}", "${{ vars.A == 'a' && 'yes' || 'no' }}"],
    ["${{ github.event_name != 'push' && vars.A || 'no' }}", 'no'],
    // Which of the two it is, is not known.
    ["${{ vars.A || 'x' }}", "${{ vars.A || 'x' }}"],
    ['${{ vars.A && false }}', '${{ vars.A && false }}'],
    ["${{ '}}' }}", '}}'],
    ['${{ inputs.d }}/x', 'demo-${{ vars.D }}/x'],
    ["${{ format('{0}-{1}', inputs.a, inputs.b) }}", 'x-true'],
    ["${{ fromJSON('{') }}", "${{ fromJSON('{') }}"],
    ["${{ hashFiles('a') }}", "${{ hashFiles('a') }}"],
    // All of what is known in part is not known.
    ['${{ toJSON(inputs) }}', '${{ toJSON(inputs) }}'],
    ["${{ join(inputs.*, '-') }}", "${{ join(inputs.*, '-') }}"],
    ["${{ join(matrix.*, '-') }}", '1'],
  ])('%s', (text, resolved) => expect(textOf(resolve(text, contexts))).toBe(resolved))

  test.each(['${{ nothing.a }}', '${{ a b }}'])('%s is no expression', (text) =>
    expect(() => resolve(text, contexts)).toThrow(),
  )
})

describe('a condition', () => {
  test.each<[condition: unknown, is: boolean]>([
    [undefined, true],
    ['', true],
    [false, false],
    ["vars.A == 'a'", true],
    ["vars.A == 'a' && false", false],
    ["false && vars.A == 'a'", false],
    ["!(vars.A == 'a' || true)", false],
    ["(vars.A || 'x') && github.event_name == 'other'", false],
    ['${{ failure() }}', true],
    ['always() && inputs.none', true],
  ])('%s may be true: %s', (condition, is) =>
    expect(mayRun(condition, within({ github: { event_name: 'push' } }))).toBe(is),
  )
})

describe('a run that may be on many branches', () => {
  const ref = new AnyRef('refs/heads/', 'a', ['ab', 'main'], ['ax'])
  const names = ['a', 'ac', 'ad/x', 'ay']

  test.each([
    ["github.ref == 'refs/heads/ab'", false],
    ["github.ref != 'refs/heads/ab'", true],
    ["'refs/heads/main' == github.ref", false],
    ["github.ref == 'refs/tags/ac'", false],
    ["github.ref == 'refs/heads/ac'", true],
    ["github.ref_name == 'b'", false],
    ["startsWith(github.ref, 'refs/heads/a')", true],
    ["startsWith(github.ref_name, 'ax')", false],
    ["startsWith(github['ref'], 'refs/heads/ac')", true],
    ["startsWith(github.ref, 'refs/tags/')", false],
    ["endsWith(github.ref, 'q')", true],
    ['contains(fromJSON(\'["refs/heads/ab"]\'), github.ref)', false],
    ['contains(fromJSON(\'["refs/heads/ac"]\'), github.ref)', true],
    ["contains(github.ref, 'q')", true],
    ['github.ref == vars.A', true],
  ])('%s may be true: %s', (condition, is) => {
    expect(mayRun(condition, within({}, { anyRef: ref }))).toBe(is)
    // If it is true of one of them, it may be.
    for (const name of names) {
      const github = { ref: `refs/heads/${name}`, ref_name: name }
      if (evaluateIf(condition, { github, vars: { A: 'refs/heads/a' } })) expect(is).toBe(true)
    }
  })
})

describe('a run of some pull request', () => {
  test.each([
    ["github.ref == 'refs/heads/main'", false],
    ["github.ref != 'refs/heads/main'", true],
    ["github.ref_name == 'main'", false],
    ["github.ref_name == '7/merge'", true],
    ["github.ref == 'refs/pull/7/merge'", true],
    ["github.ref == 'refs/pull/7/head'", false],
    ["startsWith(github.ref, 'refs/tags/v')", false],
    ["startsWith(github.ref, 'refs/')", true],
    ["!startsWith(github.ref, 'refs/pull/')", false],
    ["startsWith(github.ref, 'refs/pull/12')", true],
    ["startsWith(github.ref, 'refs/pull/7/me')", true],
    ["startsWith(github.ref_name, 'release')", false],
    ['contains(fromJSON(\'["refs/heads/a", "refs/heads/b"]\'), github.ref)', false],
    ['github.ref == vars.A', true],
  ])('%s may be true: %s', (condition, is) => {
    expect(mayRun(condition, within({}, { anyRef: new AnyPullRequest() }))).toBe(is)
    for (const ref_name of ['7/merge', '12/merge', '1234/merge']) {
      const github = { ref: `refs/pull/${ref_name}`, ref_name }
      if (evaluateIf(condition, { github, vars: { A: 'refs/pull/7/merge' } })) expect(is).toBe(true)
    }
  })
})

describe('a matrix', () => {
  test.each<[matrix: unknown, rows: object[]]>([
    [undefined, [{}]],
    [
      { a: [1, 2], b: ['x'] },
      [
        { a: 1, b: 'x' },
        { a: 2, b: 'x' },
      ],
    ],
    [{ a: [1, 2], exclude: [{ a: 1 }] }, [{ a: 2 }]],
    [{ include: [{ a: 1 }, { a: 2 }] }, [{ a: 1 }, { a: 2 }]],
    [
      { a: [1, 2], include: [{ a: 2, b: 'y' }, { a: 3 }, { c: 'z' }] },
      [{ a: 1, c: 'z' }, { a: 2, b: 'y', c: 'z' }, { a: 3 }],
    ],
    ['${{ fromJSON(\'{"a":[1]}\') }}', [{ a: 1 }]],
    ['${{ fromJSON(needs.plan.outputs.matrix) }}', [{}]],
    [{ a: '${{ fromJSON(vars.A) }}', b: [1] }, [{ b: 1 }]],
    ['${{ inputs }}', [{}]],
    // What is added to jobs of which nobody knows the values may be jobs of its own.
    [{ a: '${{ fromJSON(vars.A) }}', include: [{ a: 'x', b: 'y' }] }, [{}, { a: 'x', b: 'y' }]],
    [{ a: ['x', 'y'], include: '${{ fromJSON(vars.A) }}' }, [{ a: 'x' }, { a: 'y' }, {}]],
    [{ a: ['x'], include: [{ b: 1 }, '${{ fromJSON(vars.A) }}'] }, [{ a: 'x' }, {}]],
    [
      { a: ['x', 'y'], include: [{ b: 1 }, { a: 'x', b: 2 }, { a: '${{ vars.A }}', b: 3, c: 4 }] },
      [{ a: 'x' }, { a: 'y' }, { b: 3, c: 4 }],
    ],
    // What may exclude nothing.
    [
      {
        a: ['x', 'y'],
        b: [1, 2],
        exclude: [
          { a: 'x', b: '${{ vars.A }}' },
          { a: 'y', b: 1 },
        ],
      },
      [
        { a: 'x', b: 1 },
        { a: 'x', b: 2 },
        { a: 'y', b: 2 },
      ],
    ],
    [{ a: ['x', 'y'], exclude: '${{ fromJSON(vars.A) }}' }, [{ a: 'x' }, { a: 'y' }]],
    [
      { a: ['x'], exclude: ['${{ fromJSON(vars.A) }}'], include: [{ a: 'x', b: 1 }] },
      [
        { a: 'x', b: 1 },
        { a: 'x', b: 1 },
      ],
    ],
    // Maps and lists that are known in part.
    [{ a: [{ b: 1, c: '${{ vars.A }}' }], exclude: [{ a: { b: 1, c: 2 } }] }, [{ a: { b: 1 } }]],
    [{ a: [{ b: 1, c: '${{ vars.A }}' }], exclude: [{ a: { b: 2, c: 2 } }] }, [{ a: { b: 1 } }]],
    [{ a: [['x', '${{ vars.A }}']] }, [{}]],
    [{ a: [{ b: 1, c: 2 }, 3], exclude: [{ a: { c: 2, b: 1 } }] }, [{ a: 3 }]],
    [{ a: ['${{ vars.A }}', 'x'] }, [{ a: undefined }, { a: 'x' }]],
  ])('%j', (matrix, rows) => expect(combinationsOf(matrix, within({}))).toEqual(rows))
})

test('each job of a matrix is one of those that are told, whatever its expressions are', () => {
  const UNKNOWN = '${{ vars.A }}'
  const value = fc.constantFrom('x', 'y', UNKNOWN)
  const entry = fc.dictionary(fc.constantFrom('a', 'b', 'c'), value, { minKeys: 1, maxKeys: 3 })
  const ofLists = fc.dictionary(fc.constantFrom('a', 'b'), value, { minKeys: 1, maxKeys: 2 })
  const list = fc.uniqueArray(value, { minLength: 1, maxLength: 2 })
  const matrix = fc.record({
    a: list,
    b: list,
    include: fc.array(entry, { maxLength: 3 }),
    exclude: fc.array(ofLists, { maxLength: 2 }),
  })
  const said = (given: unknown, run: string) => JSON.parse(JSON.stringify(given).replaceAll(UNKNOWN, run))
  fc.assert(
    fc.property(matrix, fc.constantFrom('x', 'y', 'z'), (given, run) => {
      const told = combinationsOf(given, within({}))
      const inRun = combinationsOf(said(given, run), within({}))
      const isTold = (job: Record<string, unknown>) =>
        told.some((row) =>
          Object.keys({ ...row, ...job }).every((name) => row[name] === undefined || row[name] === job[name]),
        )
      expect(inRun.filter((job) => Object.keys(job).length > 0 && !isTold(job))).toEqual([])
    }),
    { numRuns: 500 },
  )
})
