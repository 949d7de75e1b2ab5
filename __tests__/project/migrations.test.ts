import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { examplesIn, readMetadata } from '../../dev/docs.ts'
import { root } from '../../dev/root.ts'
import { LEFT, type Left } from '../support/migrations.ts'

// docs/migrate.md: every field of what people leave behind is in its table, and what takes its place exists here. What
// stands after a move is followed with the recipes (recipes.test.ts).

const page = readFileSync(path.join(root, 'docs', 'migrate.md'), 'utf8')

/** The text under a heading of the second level. */
const sectionOf = (heading: string, text = page) =>
  text.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? ''

/** The rows of a table, by its cells. */
function rowsOf(text: string, heading: string): string[][] {
  const lines = text.split('\n')
  const at = lines.findIndex((line) => line.startsWith(`| ${heading} |`))
  if (at < 0) return []
  const end = lines.findIndex((line, index) => index > at && !line.startsWith('|'))
  return lines.slice(at + 2, end < 0 ? undefined : end).map((line) =>
    line
      .split(/(?<!\\)\|/)
      .map((cell) => cell.trim())
      .slice(1, -1),
  )
}

function rowsOfLeft({ table, section, elsewhere }: Left): string[][] {
  if (elsewhere === undefined) return rowsOf(sectionOf(section), table)
  const [file, heading] = elsewhere
  return rowsOf(sectionOf(heading, readFileSync(path.join(root, file), 'utf8')), table)
}

const codeIn = (text: string) => [...text.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code)

describe.each(LEFT)('the table of $table in "$section"', (left) => {
  const { section, repository, commit, fields } = left
  const rows = () => rowsOfLeft(left)

  test('has every field of it once, and no other', () => {
    const named = rows().flatMap(([left = '']) => codeIn(left))
    // An output may have the name of an input: it has a row of its own.
    const once = [...new Set(named)].filter((name) => /^[a-z]/.test(name))
    expect(once.sort()).toEqual([...fields].sort())
    for (const [left = '', here = ''] of rows())
      expect({ left, here }).toEqual({ left, here: expect.stringMatching(/./) })
  })

  test('names the commit that was read', () => {
    expect(sectionOf(section)).toContain(
      `[${commit.slice(0, 7)}](https://github.com/${repository}/tree/${commit})`,
    )
  })
})

/** Names of inputs, outputs and secrets of this project's actions and workflows. */
const ours = new Set(
  ['', 'bake/', 'merge/', 'promote/', 'verify/']
    .map((folder) => `${folder}action.yml`)
    .concat(['build-push', 'bake', 'promote', 'verify'].map((name) => `.github/workflows/${name}.yml`))
    .flatMap((file) => {
      const { inputs = {}, outputs = {} } = readMetadata(file)
      return [...Object.keys(inputs), ...Object.keys(outputs)]
    }),
)

/** What is written like an input, and is GitHub's, Git's or the AWS CLI's. */
const OTHERS = ['id-token', 'runs-on', 'timeout-minutes']

test('what takes the place of a field is an input or an output of ours', () => {
  const tables = [...LEFT.map(rowsOfLeft), rowsOf(page, 'The command')]
  const named = tables.flat().flatMap(([, here = '']) => codeIn(here))
  const inputs = named.map((code) => /^([a-z]+(?:-[a-z]+)*)(?::.*)?$/.exec(code)?.[1] ?? '')
  const hyphened = inputs.filter((name) => name.includes('-'))
  expect(hyphened.length).toBeGreaterThan(60)
  expect(hyphened.filter((name) => !ours.has(name) && !OTHERS.includes(name))).toEqual([])
  // What is given a value is an input, whatever its name looks like.
  const given = named.flatMap((code) => /^([a-z-]+): /.exec(code)?.[1] ?? [])
  expect(given.filter((name) => !ours.has(name) && name !== 'id-token')).toEqual([])
})

/** Where the fields of a table are looked for that are the same. */
const HERE: Readonly<Record<string, string>> = {
  '`build.yml`': '.github/workflows/build-push.yml',
  '`bake.yml`': '.github/workflows/bake.yml',
  'docker/bake-action': 'bake/action.yml',
  '`docker/bake-action/subaction/matrix`': 'bake/action.yml',
}

test('what is the same has the same name here', () => {
  for (const one of LEFT) {
    const { inputs = {}, outputs = {} } = readMetadata(HERE[one.table] ?? 'action.yml')
    for (const [left = '', here = ''] of rowsOfLeft(one)) {
      if (!here.startsWith('the same')) continue
      const known = left.startsWith('output') ? outputs : inputs
      for (const name of codeIn(left)) expect(Object.keys(known)).toContain(name)
    }
  }
})

describe('the blocks', () => {
  const blocks = examplesIn(page)

  const before = blocks
    .filter(({ language }) => language === 'yml')
    .map(({ text }) => parse(text) as Readonly<Record<string, unknown>>)

  test('before, of CircleCI, name parameters that the table has', () => {
    const [circle] = before.filter((one) => 'workflows' in one)
    const { jobs } = (circle as { workflows: { image: { jobs: Record<string, object>[] } } }).workflows.image
    const given = Object.keys(jobs[0]?.['aws-ecr/build_and_push_image'] ?? {})
    // `context` is of each job of CircleCI's.
    const known = LEFT.find(({ table }) => table.includes('build_and_push_image'))?.fields ?? []
    expect(given.length).toBeGreaterThan(5)
    expect(given.filter((name) => ![...known, 'context'].includes(name))).toEqual([])
  })

  test('before, of other actions and workflows, name inputs that their tables have', () => {
    const steps = before.flatMap(({ steps = [], image = {} }) => [...(steps as object[]), image as object])
    const ofOthers = (steps as { uses?: string; with?: object }[]).flatMap(
      ({ uses = '', with: given = {} }) => {
        const left = LEFT.find(({ repository }) =>
          uses.replace('/.github/', '@').startsWith(`${repository}@`),
        )
        return left === undefined ? [] : [{ uses: uses.replace(/@.*/, ''), left, given: Object.keys(given) }]
      },
    )
    expect(ofOthers.map(({ uses }) => uses)).toEqual([
      'aws-actions/configure-aws-credentials',
      'aws-actions/amazon-ecr-login',
      'docker/metadata-action',
      'docker/build-push-action',
      'kciter/aws-ecr-action',
      'docker/github-builder/.github/workflows/build.yml',
    ])
    const unknown = ofOthers.map(({ uses, left, given }) => ({
      uses,
      unknown: given.filter((name) => !left.fields.includes(name)),
    }))
    expect(unknown).toEqual(ofOthers.map(({ uses }) => ({ uses, unknown: [] })))
  })
})

test('every section of the page has its row at the top, and no field list is without a table', () => {
  const sections = [...page.matchAll(/^## (.+)$/gm)].map(([, heading = '']) => heading)
  const linked = rowsOf(page, 'You have').flatMap(([, to = '']) => /\]\((#[^)]+)\)/.exec(to)?.[1] ?? [])
  expect(linked).toHaveLength(sections.length)
  const without = LEFT.filter((left) => rowsOfLeft(left).length === 0)
  expect(without).toEqual([])
})
