import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { wholeWorkflow } from '../../dev/docs.ts'
import { root } from '../../dev/root.ts'
import { includedIn, withWorkflows } from '../../dev/workflow-docs.ts'
import { DOCUMENT_RUNS, documentFiles } from '../support/document-runs.ts'
import {
  blocksFenced,
  blocksIn,
  blocksOfTheirOwn,
  includedFiles,
  nameOf,
} from '../support/document-workflows.ts'

// Every workflow that a person may copy from a document has been run: it is that of a file of examples/workflows, which
// end-to-end tests run, or they run it as it stands. What GitHub's editor marks in them, workflow/unknown.test.ts asks;
// actionlint and action.yml, docs.test.ts.

interface Workflow {
  readonly jobs?: Readonly<Record<string, { readonly steps?: readonly { readonly run?: string }[] }>>
}

const examples = readdirSync(path.join(root, 'examples', 'workflows'))
const endToEnd = ['workflows', 'local-ecr-action']
  .map((name) => path.join(root, '__tests__', 'e2e', `${name}.test.ts`))
  .map((file) => (existsSync(file) ? readFileSync(file, 'utf8') : ''))
  .join('\n')

describe('the workflows in the documents', () => {
  test('are found, and no two have one name', () => {
    expect(blocksFenced('yaml').length).toBeGreaterThan(40)
    const names = blocksOfTheirOwn().map(nameOf)
    expect(names.length).toBeGreaterThan(5)
    expect(names).toEqual([...new Set(names)])
  })

  test('are those of examples, or are run as they stand', () => {
    const run = DOCUMENT_RUNS.flatMap(({ of }) => of)
    const others = blocksOfTheirOwn().filter((block) => !run.includes(nameOf(block)))
    expect(others.map((block) => `${block.file}, line ${block.line}: ${nameOf(block)}`)).toEqual([])
    expect(Object.keys(documentFiles())).toHaveLength(run.length)
    expect(examples).toEqual(expect.arrayContaining(includedFiles().map((file) => path.basename(file))))
  })

  test('bring a value into a script by its environment: what an expression holds would be a part of the script', () => {
    const scripts = blocksFenced('yaml').flatMap((block) => {
      const { jobs } = parse(wholeWorkflow(block.text)) as Workflow
      const steps = Object.values(jobs ?? {}).flatMap((job) => job.steps ?? [])
      return steps.flatMap(({ run }) => (run === undefined ? [] : [{ ...block, run }]))
    })
    expect(scripts.length).toBeGreaterThan(10)
    const wrong = scripts.filter(({ run }) => run.includes('${{'))
    expect(wrong.map(({ file, line, run }) => `${file}, line ${line}: ${run}`)).toEqual([])
  })

  test('are fenced as yaml, and what is fenced as yml has nothing of this project', () => {
    const wrong = blocksFenced('yml').filter(({ text }) => /^\s*(?:- )?uses: OWNER\//m.test(text))
    expect(wrong.map(({ file, line }) => `${file}, line ${line}`)).toEqual([])
  })
})

describe('an example that a page shows', () => {
  const page = (between: string) =>
    `Before.\n<!-- workflow examples/workflows/one.yml, written by npm run docs -->\n${between}<!-- end -->\nAfter.\n`
  const file = '# What it is for.\n# And more.\nname: One\n\non: push\njobs:\n  # Why.\n  one: { uses: a }\n'

  test('is that of its file, without the comment at its head, whatever stood there', () => {
    const made = withWorkflows(page('old\n'), () => file)
    const body = 'name: One\n\non: push\njobs:\n  # Why.\n  one: { uses: a }\n'
    expect(made).toBe(page(`\`\`\`yaml\n${body}\`\`\`\n`))
    expect(withWorkflows(made, () => file)).toBe(made)
    expect(includedIn(made)).toEqual(['examples/workflows/one.yml'])
    expect(blocksIn(made, 'a.md', 'yaml').map(nameOf)).toEqual(['a.md: one'])
  })

  test('which is not there is an error', () => {
    expect(() => withWorkflows(page(''))).toThrow('examples/workflows/one.yml, and there is no such file')
  })
})

describe('an example', () => {
  test.each(examples)('%s is run end to end', (file) => {
    // The name of its test, and none of the comments that name this one.
    expect(endToEnd).toMatch(new RegExp(`^ *(?:test|variant)\\(\\s*'${file.replace('.', '\\.')} `, 'm'))
  })
})
