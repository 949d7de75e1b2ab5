// biome-ignore-all lint/suspicious/noTemplateCurlyInString: expressions of GitHub's
import { describe, expect, jest, test } from '@jest/globals'
import fc from 'fast-check'
import { CommandError } from '../../dev/command/errors.ts'
import { type Contexts, mayRun } from '../../dev/policy/expressions.ts'
import { fits, namesOf } from '../../dev/policy/filters.ts'
import { filtersLet, stringLike } from '../support/conditions.ts'
import { FUZZ_TIMEOUT, hold, mostlyShortText } from '../support/fuzz.ts'
import { letsIn, policyOf, workflowOf } from '../support/policy.ts'
import { evaluateIf } from '../support/workflows.ts'

// What `npm run policy` makes of any triggers, conditions and texts, held against matchers of GitHub's filters and of
// IAM's conditions that are written apart from it.

jest.setTimeout(FUZZ_TIMEOUT)

const piece = fc.constantFrom('a', 'b', '/', '*', '**', '[ab]', '[0-9]', 'a?', 'b+', '[a-b]+', '-', '0')
const pattern = fc
  .tuple(fc.boolean(), fc.array(piece, { minLength: 1, maxLength: 5 }))
  .map(([negative, pieces]) => `${negative ? '!' : ''}${pieces.join('')}`)
const patterns = fc.array(pattern, { minLength: 1, maxLength: 4 })
const name = fc
  .array(fc.constantFrom('a', 'b', '/', '-', '0'), { minLength: 1, maxLength: 7 })
  .map((signs) => signs.join(''))

describe('filters', () => {
  const lets = (list: readonly string[], one: string) =>
    namesOf(list).names.some(
      ({ like, notLike }) => stringLike(like, one) && !notLike.some((other) => stringLike(other, one)),
    )

  test('are read as GitHub documents them', () =>
    hold(fc.tuple(patterns, name), 4000, ([list, one]) =>
      expect(fits(list, one)).toBe(filtersLet(list, one)),
    ))

  test('are in IAM never narrower, and wider only where that is told', () =>
    hold(fc.tuple(patterns, name), 8000, ([list, one]) => {
      const is = lets(list, one)
      const should = filtersLet(list, one)
      if (should || namesOf(list).wider.length === 0)
        expect({ list, one, is }).toEqual({ list, one, is: should })
    }))
})

describe('a trust policy', () => {
  const filters = fc.oneof(
    patterns.map((branches) => ({ branches })),
    patterns.map((tags) => ({ tags })),
    fc.tuple(patterns, patterns).map(([branches, tags]) => ({ branches, tags })),
    patterns.map((ignored) => ({ 'branches-ignore': ignored.map((one) => one.replace('!', '')) })),
    patterns.map((ignored) => ({ 'tags-ignore': ignored.map((one) => one.replace('!', '')) })),
  )
  type Filters = Readonly<Record<string, readonly string[]>>
  const KINDS = [
    ['branches', 'heads'],
    ['tags', 'tags'],
  ] as const
  const starts = (given: Filters, kind: 'branches' | 'tags', one: string) => {
    const ignored = given[`${kind}-ignore`]
    const list = given[kind] ?? (ignored && ['**', ...ignored.map((text) => `!${text}`)])
    return list !== undefined && filtersLet(list, one)
  }
  const names = fc.array(name, { minLength: 5, maxLength: 10 })

  test('lets each ref in whose push starts the workflow, and no other unless it is told', () =>
    hold(fc.tuple(filters, names), 240, ([given, refs]) => {
      const [role] = policyOf(workflowOf({ on: { push: given } })).roles
      const isTold = role?.notes.some((note) => note.includes('cannot be said in IAM')) ?? false
      for (const one of refs) {
        for (const [kind, folder] of KINDS) {
          const is = role !== undefined && letsIn(role, `ref:refs/${folder}/${one}`)
          const should = starts(given, kind, one)
          if (should || !isTold) expect({ given, one, kind, is }).toEqual({ given, one, kind, is: should })
        }
      }
    }))

  // With a condition on the ref: whoever runs is let in, and nobody who is refused by what can be said of names alone.
  const text = fc.oneof(name, fc.constantFrom('main', 'a', 'ab', 'a/', 'b/a'))
  const leaf = fc.oneof(
    fc.tuple(fc.constantFrom('==', '!='), text).map(([is, one]) => `github.ref ${is} 'refs/heads/${one}'`),
    fc.tuple(fc.constantFrom('==', '!='), text).map(([is, one]) => `'${one}' ${is} github.ref_name`),
    text.map((one) => `startsWith(github.ref, 'refs/tags/${one}')`),
    text.map((one) => `startsWith(github.ref_name, '${one}')`),
    text.map((one) => `endsWith(github.ref, '${one}')`),
    fc
      .array(text, { maxLength: 3 })
      .map((list) => `contains(fromJSON('${JSON.stringify(list)}'), github.ref_name)`),
    fc.constantFrom(
      "github.ref_type == 'tag'",
      "vars.A == 'x'",
      "github.event_name == 'push'",
      "github.event_name == 'schedule'",
    ),
  )
  const condition = fc.letrec<{ all: string }>((tie) => ({
    all: fc.oneof(
      { maxDepth: 3 },
      leaf,
      fc
        .tuple(tie('all'), fc.constantFrom('&&', '||'), tie('all'))
        .map(([one, is, other]) => `(${one} ${is} ${other})`),
      tie('all').map((one) => `!(${one})`),
    ),
  })).all

  test('lets each ref in for which the condition of the job is true', () =>
    hold(fc.tuple(filters, condition, names, fc.constantFrom('x', 'y')), 480, ([given, text, refs, A]) => {
      const [role] = policyOf(workflowOf({ on: { push: given }, job: { if: text } })).roles
      for (const one of refs) {
        for (const [kind, folder] of KINDS) {
          if (!starts(given, kind, one)) continue
          const ref = `refs/${folder}/${one}`
          const type = kind === 'tags' ? 'tag' : 'branch'
          const github = { event_name: 'push', ref, ref_name: one, ref_type: type }
          // Expressions compare without regard to case, and these names have but one.
          if (!evaluateIf(text, { github, vars: { A } })) continue
          const is = role !== undefined && letsIn(role, `ref:${ref}`)
          expect({ given, text, ref, is }).toEqual({ given, text, ref, is: true })
        }
      }
    }))

  const exact = fc.oneof(
    text.map((one) => `github.ref == 'refs/heads/${one}'`),
    text.map((one) => `startsWith(github.ref, 'refs/heads/${one}')`),
  )

  test('of all branches, lets those in that a condition names, and no other', () =>
    hold(fc.tuple(fc.array(exact, { minLength: 1, maxLength: 3 }), names), 240, ([parts, refs]) => {
      const text = parts.join(' || ')
      const [role] = policyOf(workflowOf({ on: 'push', job: { if: text } })).roles
      for (const one of refs) {
        for (const ref of [`refs/heads/${one}`, `refs/tags/${one}`]) {
          const is = role !== undefined && letsIn(role, `ref:${ref}`)
          expect({ text, ref, is }).toEqual({ text, ref, is: evaluateIf(text, { github: { ref } }) })
        }
      }
    }))
})

describe('a condition', () => {
  const within = (values: object): Contexts => ({
    values: { github: {}, inputs: {}, env: {}, matrix: {}, ...values },
    anyRef: null,
    parts: {},
  })
  const leaf = fc.constantFrom("vars.a == 'x'", "inputs.b == 'x'", 'true', 'false', "'text'", "''", 'vars.a')
  const condition = fc.letrec<{ all: string }>((tie) => ({
    all: fc.oneof(
      { maxDepth: 4 },
      leaf,
      fc
        .tuple(tie('all'), fc.constantFrom('&&', '||'), tie('all'))
        .map(([one, is, other]) => `(${one} ${is} ${other})`),
      tie('all').map((one) => `!(${one})`),
    ),
  })).all
  const value = fc.constantFrom('x', 'y', '')

  test('that is false is so whatever is not known', () =>
    hold(fc.tuple(condition, value, value), 4000, ([text, a, b]) => {
      if (evaluateIf(text, { vars: { a }, inputs: { b } }))
        expect({ text, may: mayRun(text, within({ inputs: { b } })) }).toEqual({ text, may: true })
    }))

  test('of which all is known is what GitHub says', () =>
    hold(fc.tuple(condition, value, value), 1000, ([text, a, b]) => {
      const all = { vars: { a }, inputs: { b } }
      expect(mayRun(text, within(all))).toBe(evaluateIf(text, all))
    }))
})

describe('a workflow that anybody may have written', () => {
  const text = fc.oneof(
    mostlyShortText,
    mostlyShortText.map((inside) => `\${{ ${inside} }}`),
  )
  const any = fc.oneof(text, fc.jsonValue({ maxDepth: 2 }))
  const workflow = fc.record({
    on: fc.oneof(
      any,
      fc.constant('push'),
      fc.record({ push: fc.record({ branches: any, tags: any }, { requiredKeys: [] }) }),
    ),
    if: any,
    environment: any,
    strategy: fc.oneof(any, fc.record({ matrix: any })),
    needs: any,
    env: any,
    permissions: any,
    inputs: fc.dictionary(
      fc.constantFrom(
        'repository',
        'role-to-assume',
        'registries',
        'aws-region',
        'tags',
        'push',
        'cache-from',
      ),
      text,
    ),
  })

  test('has two documents, or an error that says what and where', () =>
    hold(workflow, 480, ({ on, inputs, ...job }) => {
      try {
        const { roles } = policyOf(workflowOf({ on, inputs, job: { ...job, name: 'x' } }))
        // What stands for an expression stays inside.
        for (const { role, permissions, trust } of roles)
          expect(JSON.stringify([role, permissions, trust])).not.toMatch(/zq0open|zq-open/)
      } catch (error) {
        if (!(error instanceof CommandError)) throw error
        expect(error.message).toMatch(/image\.yml/)
      }
    }))
})
