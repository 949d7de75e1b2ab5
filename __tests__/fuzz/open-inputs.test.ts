import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, jest, test } from '@jest/globals'
import fc from 'fast-check'
import { documentsOf, type RoleDocuments } from '../../dev/policy/documents.ts'
import { runsOf } from '../../dev/policy/events.ts'
import type { Parts } from '../../dev/policy/expressions.ts'
import type { Action } from '../../dev/policy/ours.ts'
import { Placeholders } from '../../dev/policy/placeholders.ts'
import { readInputsOf } from '../../dev/policy/read-inputs.ts'
import type { Step } from '../../dev/policy/step.ts'
import type { Statement } from '../../src/aws/policy.ts'
import { INPUTS, type InputName } from '../../src/inputs/names.ts'
import { parseYaml } from '../../src/inputs/parse-yaml.ts'
import { InputError } from '../../src/shared/errors.ts'
import { stringLike } from '../support/conditions.ts'
import { FUZZ_TIMEOUT, hold } from '../support/fuzz.ts'
import { BESIDE, CHECKOUT, ROLE, VALUES } from '../support/input-values.ts'

// Of every input of every action: a policy for an expression in its place allows all that any of its values needs, or
// the command says of that input that it does not.

jest.setTimeout(FUZZ_TIMEOUT)

const cwd = mkdtempSync(path.join(os.tmpdir(), 'open-inputs-'))
for (const [file, text] of Object.entries(CHECKOUT)) {
  mkdirSync(path.dirname(path.join(cwd, file)), { recursive: true })
  writeFileSync(path.join(cwd, file), text)
}
afterAll(() => rmSync(cwd, { recursive: true }))

type Given = Readonly<Record<string, string>>

const USUAL: Readonly<Record<Action, Given>> = {
  main: { repository: 'demo', tags: 'v1' },
  merge: { repository: 'demo', tags: 'v1', digests: VALUES.digests[0] },
  promote: { source: 'demo:v1', repository: 'other', tags: 'v1' },
  verify: { image: 'demo:v1' },
  bake: { repository: 'demo/{{target}}', tags: 'v1' },
}
const ROLE_AND_REGION = { 'role-to-assume': ROLE, 'aws-region': 'eu-west-1' }
const actions = Object.keys(INPUTS) as Action[]
const inputsOf = (action: Action): readonly InputName[] => INPUTS[action]

const [run] = runsOf(
  { push: { branches: ['main'] } },
  {
    defaultBranch: 'main',
    isAssumed: false,
    mentions: { names: [], starts: [] },
  },
)

function stepOf(action: Action, inputs: Readonly<Record<string, Parts>>): Step {
  if (run === undefined) throw new Error('no run')
  const given = Object.entries(inputs).filter(([, parts]) => parts.some((part) => part !== ''))
  return {
    where: 'image.yml, line 1',
    job: 'image',
    action,
    run,
    inputs: Object.fromEntries(given),
    region: [],
    environment: [],
    calledBy: null,
    hasToken: true,
    source: null,
    notes: [],
  }
}

const textsAsParts = (given: Given) =>
  Object.fromEntries(Object.entries(given).map(([name, value]): [string, Parts] => [name, [value]]))

function made(action: Action, inputs: Readonly<Record<string, Parts>>) {
  const options = { repository: 'acme/shop', issuer: 'token.example', account: null, root: cwd }
  return documentsOf([stepOf(action, inputs)], options)
}

/** Whether the action takes these inputs. */
function isTaken(action: Action, given: Given): boolean {
  const env = { GITHUB_REPOSITORY: 'acme/shop', TOKEN: 'a' }
  const source = { get: (name: string) => given[name] ?? '', env, cwd, parseYaml, warn: () => {} }
  try {
    readInputsOf(action, source, { step: stepOf(action, {}), placeholders: new Placeholders() })
    return true
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    return false
  }
}

interface Allowed {
  readonly role: string | null
  readonly action: string
  readonly resource: string
  readonly condition: Statement['Condition']
}

const allowedBy = (roles: readonly RoleDocuments[]): Allowed[] =>
  roles.flatMap(({ role, permissions }) =>
    permissions.Statement.flatMap(({ Action, Resource, Condition: condition }) =>
      [Action]
        .flat()
        .flatMap((action) => [Resource].flat().map((resource) => ({ role, action, resource, condition }))),
    ),
  )

function meets(condition: Statement['Condition'], asked: Statement['Condition']): boolean {
  if (condition === undefined || JSON.stringify(condition) === JSON.stringify(asked)) return true
  const patterns = condition['ForAnyValue:StringLike'] ?? {}
  const values = Object.assign({}, ...Object.values(asked ?? {})) as Given
  return Object.entries(patterns).every(([key, pattern]) => stringLike(pattern, values[key] ?? ''))
}

/** Inputs that say whose policy it is: with one that is not known, the roles have other names. */
const OF_ROLES = ['role-to-assume', 'registries', 'pull-registries']

/** What the documents of a workflow lack for its inputs as they come to be known; and nothing if that is told. */
function lacking(action: Action, given: Given, input: string, open: Parts): string[] {
  const { roles, notes } = made(action, { ...textsAsParts(given), [input]: open })
  const told = [...notes, ...roles.flatMap((one) => one.notes)].filter(
    (note) => note.includes(`'${input}'`) || /where the base image .*vars\.A/.test(note),
  )
  if (told.length > 0) return []
  const has = allowedBy(roles)
  return allowedBy(made(action, textsAsParts(given)).roles)
    .filter(
      (asked) =>
        !has.some(
          (one) =>
            (OF_ROLES.includes(input) || one.role === asked.role) &&
            one.action === asked.action &&
            stringLike(one.resource, asked.resource) &&
            meets(one.condition, asked.condition),
        ),
    )
    .map((one) => `${one.role} ${one.action} ${one.resource}`)
}

const OPEN = { expression: 'vars.A' }

/** Inputs with a value of one of them, and what it takes beside it; null if the action takes no such inputs. */
function withValue(action: Action, input: InputName, value: string): Given | null {
  const all = (BESIDE[input] ?? [{}]).map(
    (beside): Given => ({ ...ROLE_AND_REGION, ...USUAL[action], ...beside, [input]: value }),
  )
  return all.find((given) => isTaken(action, given)) ?? null
}

describe.each(actions)('an expression for an input of %s', (action) => {
  test.each(inputsOf(action))('%s: never narrower, or told', (input) => {
    const taken = VALUES[input]
      .map((value) => withValue(action, input, value))
      .filter((given) => given !== null)
    expect(taken).not.toEqual([])
    for (const given of taken)
      expect({ given, lacking: lacking(action, given, input, [OPEN]) }).toEqual({ given, lacking: [] })
  })
})

// Every value is one that an action takes: what none takes would prove nothing.
test.each(Object.entries(VALUES))('the values of %s', (input, values) => {
  const takers = actions.filter((action) => (inputsOf(action) as readonly string[]).includes(input))
  const refused = values.filter((value) =>
    takers.every((action) => withValue(action, input as InputName, value) === null),
  )
  expect(refused).toEqual([])
})

const someAction = fc.constantFrom(...actions)
const withSome = someAction.chain((action) => {
  const one = fc.constantFrom(...inputsOf(action)).chain((name) =>
    fc.tuple(fc.constant(name), fc.constantFrom(...VALUES[name])).map(([input, value]) => ({
      ...BESIDE[input]?.at(-1),
      [input]: value,
    })),
  )
  return fc
    .tuple(fc.array(one, { maxLength: 6 }), fc.constantFrom(ROLE_AND_REGION, { 'role-to-assume': ROLE }))
    .map(([more, usual]): { action: Action; given: Given } => ({
      action,
      given: Object.assign({}, usual, USUAL[action], ...more),
    }))
})

test('an expression for an input among any others: never narrower, or told', () =>
  hold(fc.tuple(withSome, fc.nat()), 1600, ([{ action, given }, at]) => {
    if (!isTaken(action, given)) return
    const names = Object.keys(given)
    const input = names[at % names.length] ?? ''
    const found = lacking(action, given, input, [OPEN])
    expect({ action, given, input, lacking: found }).toEqual({ action, given, input, lacking: [] })
  }))

test('an expression for a part of an input: never narrower, or told', () =>
  hold(fc.tuple(withSome, fc.nat(), fc.nat(), fc.nat()), 1600, ([{ action, given }, at, from, length]) => {
    if (!isTaken(action, given)) return
    const names = Object.keys(given)
    const input = names[at % names.length] ?? ''
    const value = given[input] ?? ''
    if (value === '') return
    const start = from % value.length
    const end = start + 1 + (length % (value.length - start))
    const cut = value.slice(start, end)
    // Within an item, it stands for a part of it.
    if (/[\s,]/.test(cut)) return
    const open = [value.slice(0, start), OPEN, value.slice(end)].filter((part) => part !== '')
    const found = lacking(action, given, input, open)
    expect({ action, given, input, open, lacking: found }).toEqual({
      action,
      given,
      input,
      open,
      lacking: [],
    })
  }))
