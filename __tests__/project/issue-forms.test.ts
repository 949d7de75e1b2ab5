import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { root } from '../../dev/root.ts'
import { problemsInForm } from '../support/issue-forms.ts'

const folder = '.github/ISSUE_TEMPLATE'
const read = (file: string) => readFileSync(path.join(root, file), 'utf8')
const forms = readdirSync(path.join(root, folder)).filter((name) => name !== 'config.yml')

interface Form {
  readonly name: string
  readonly body: readonly {
    readonly id?: string
    readonly attributes: { readonly options?: readonly unknown[] }
    readonly validations?: { readonly required?: boolean }
  }[]
}

describe('the issue forms', () => {
  test.each(forms)('%s is a form that GitHub takes', (name) => {
    expect(problemsInForm(read(`${folder}/${name}`))).toEqual([])
  })

  test('have names of their own', () => {
    const names = forms.map((name) => (parse(read(`${folder}/${name}`)) as Form).name)
    expect(names.length).toBeGreaterThan(1)
    expect(new Set(names).size).toBe(names.length)
  })

  test('the one for a bug asks for what one needs to know, and for each action', () => {
    const { body } = parse(read(`${folder}/bug.yml`)) as Form
    const required = body.filter(({ validations }) => validations?.required).map(({ id }) => id)
    expect(required).toEqual(
      expect.arrayContaining(['what', 'action', 'version', 'workflow', 'log', 'runner', 'partition']),
    )
    expect(body.map(({ id }) => id)).toContain('engine')
    const options = body.find(({ id }) => id === 'action')?.attributes.options?.join('\n') ?? ''
    const actions = readdirSync(root).filter((name) => existsSync(path.join(root, name, 'action.yml')))
    expect(actions.length).toBeGreaterThan(3)
    expect(actions.filter((name) => !new RegExp(`^${name}\\b`, 'm').test(options))).toEqual([])
  })

  test('a command that has no region needs none, and has a partition to choose', () => {
    const { body } = parse(read(`${folder}/bug.yml`)) as Form
    const field = (id: string) => body.find((one) => one.id === id)
    expect(field('action')?.attributes.options).toContain('npm test, npm run demo or another command')
    expect(field('region')?.validations?.required).toBe(false)
    expect(field('partition')?.attributes.options?.join('\n')).toMatch(/^none \(a command/m)
  })

  test.each([...forms.map((name) => `${folder}/${name}`), '.github/pull_request_template.md'])(
    '%s links to files of this repository that exist, from where GitHub shows it',
    (file) => {
      const links = [...read(file).matchAll(/\]\(([^)]+)\)/g)].map(([, to = '']) => to)
      // Of /OWNER/NAME/issues/new.
      expect(links.filter((to) => !/^\.\.\/(?:blob\/HEAD\/.+|security\/advisories\/new)$/.test(to))).toEqual(
        [],
      )
      const files = links.flatMap((to) => to.match(/(?<=^\.\.\/blob\/HEAD\/).*/) ?? [])
      expect(files.filter((name) => !existsSync(path.join(root, name)))).toEqual([])
    },
  )

  test('the choice of forms has no key that GitHub does not know', () => {
    const config = parse(read(`${folder}/config.yml`)) as Record<string, unknown>
    expect(Object.keys(config)).toEqual(['blank_issues_enabled'])
  })
})

describe('what GitHub refuses in a form is found', () => {
  const form = (...elements: readonly string[]) =>
    `name: a\ndescription: b\nbody:\n${elements.map((element) => `  - ${element}\n`).join('')}`
  const input = (rest = '', label = 'A') => `{ type: input, attributes: { label: "${label}" }${rest} }`

  test.each([
    ['YAML that does not parse', 'name: "a', /quote/],
    ['no name', 'description: b\nbody: [{ type: input, attributes: { label: A } }]', 'name is missing'],
    ['a description that is no text', form(input()).replace('b', 'true'), 'description is no text'],
    ['an empty name', form(input()).replace('name: a', "name: ' '"), 'name is no text'],
    ['a key that is none', `${form(input())}hello: world\n`, 'hello is no key'],
    ['no body', 'name: a\ndescription: b', 'body is missing'],
    ['only markdown', form('{ type: markdown, attributes: { value: A } }'), 'body has only markdown'],
    ['an id twice', form(input(', id: x'), input(', id: x', 'B')), 'ids has x twice'],
    ['an id with a blank', form(input(', id: "x y"')), 'body[0]: id is not of letters, digits, - and _'],
    ['a label twice', form(input(), input()), 'labels has a twice'],
    ['labels that are too similar', form(input('', 'A?'), input('', 'A??')), 'labels has a twice'],
    ['no type', form('{ attributes: { label: A } }'), 'body[0]: undefined is no type of an element'],
    [
      'another type',
      form('{ type: toString, attributes: {} }'),
      'body[0]: toString is no type of an element',
    ],
    ['no label', form('{ type: input, attributes: {} }'), 'body[0]: label is missing'],
    ['a label that is no text', form(input().replace('"A"', '1.3')), 'body[0]: label is no text'],
    ['a forbidden word', form(input('', 'Your password')), 'body[0]: label has a word that GitHub forbids'],
    ['a key beside type', form(input(', x: y')), 'body[0]: x is no key of input'],
    ['an attribute that is none', form(input().replace('label', 'x: y, label')), 'body[0]: x is no key'],
    [
      'markdown with an id',
      form(input(), '{ type: markdown, id: m, attributes: { value: A } }'),
      'body[1]: id is no key of markdown',
    ],
    [
      'required as a text',
      form(input(', validations: { required: "yes" }')),
      'body[0]: required is neither true nor false',
    ],
    ['no options', form('{ type: dropdown, attributes: { label: A } }'), 'body[0]: options is missing'],
    [
      'empty options',
      form('{ type: dropdown, attributes: { label: A, options: [] } }'),
      'body[0]: options is no list',
    ],
    [
      'an option twice',
      form('{ type: dropdown, attributes: { label: A, options: [b, b] } }'),
      'body[0]: options has b twice',
    ],
    [
      'an option that is no text',
      form('{ type: dropdown, attributes: { label: A, options: [1] } }'),
      'body[0]: an option is no text',
    ],
    [
      'the reserved word',
      form('{ type: dropdown, attributes: { label: A, options: [None] } }'),
      'body[0]: None is reserved',
    ],
    [
      'a box without a label',
      form('{ type: checkboxes, attributes: { label: A, options: [b] } }'),
      'body[0]: an option is no text',
    ],
    [
      'a box called as a field',
      form(input(), '{ type: checkboxes, attributes: { label: B, options: [{ label: A }] } }'),
      'labels has a twice',
    ],
  ])('%s', (_, text, problem) => {
    const problems = problemsInForm(text)
    expect(problems.join('\n')).toMatch(problem)
    expect(problems).toHaveLength(1)
  })

  test('and nothing of one that it takes', () => {
    expect(problemsInForm(form(input(', id: x, validations: { required: true }'), input('', 'B')))).toEqual(
      [],
    )
  })
})
