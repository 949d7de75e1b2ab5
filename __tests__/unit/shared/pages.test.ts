import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { failureOf } from '../../../src/actions/failed.ts'
import { failed } from '../../../src/report/failure.ts'
import { annotationOf, LONGEST_ANNOTATION } from '../../../src/runner/annotation.ts'
import { combineErrors } from '../../../src/shared/combine.ts'
import { ActionError, explain, InputError } from '../../../src/shared/errors.ts'
import { oneError } from '../../../src/shared/fanout.ts'
import { pagePlace, reportAt } from '../../../src/shared/pages.ts'

const OURS = {
  GITHUB_SERVER_URL: 'https://github.com',
  GITHUB_ACTION_REPOSITORY: 'acme/ecr-build-push',
  GITHUB_ACTION_REF: 'v1',
}
const before = { ...process.env }
beforeEach(() => {
  Object.assign(process.env, OURS)
})
afterEach(() => {
  for (const name of Object.keys(OURS)) {
    if (before[name] === undefined) delete process.env[name]
    else process.env[name] = before[name]
  }
})

const PAGE = 'https://github.com/acme/ecr-build-push/blob/v1/docs'
const scan = () => new ActionError('It failed.', 'fix it.', { page: 'scan.md#what-counts' })

describe('a page that says more is found', () => {
  test.each([
    ['v1', `${PAGE}/scan.md`],
    ['releases/v1.2', 'https://github.com/acme/ecr-build-push/blob/releases/v1.2/docs/scan.md'],
    ['a'.repeat(40), `https://github.com/acme/ecr-build-push/blob/${'a'.repeat(40)}/docs/scan.md`],
  ])('in the version that runs: %s', (ref, url) => {
    expect(pagePlace('scan.md', { ...OURS, GITHUB_ACTION_REF: ref })).toEqual({ name: 'docs/scan.md', url })
  })

  test('by its name alone on another server, to which the action may have come from github.com', () => {
    const env = { ...OURS, GITHUB_SERVER_URL: 'https://git.example.com' }
    expect(pagePlace('scan.md', env)).toEqual({ name: 'docs/scan.md in acme/ecr-build-push@v1', url: null })
    expect(reportAt(env)).toBeNull()
  })

  test.each([
    ['an action of the checkout', { GITHUB_ACTION_REPOSITORY: '', GITHUB_ACTION_REF: '' }],
    ['no variables', { GITHUB_ACTION_REPOSITORY: undefined, GITHUB_ACTION_REF: undefined }],
    ['no repository', { GITHUB_ACTION_REPOSITORY: 'acme' }],
    ['more than a repository', { GITHUB_ACTION_REPOSITORY: 'acme/x/y' }],
    ['an address', { GITHUB_ACTION_REPOSITORY: 'https://evil.example/x' }],
    ['a ref that leads elsewhere', { GITHUB_ACTION_REF: '../../../evil' }],
    ['a ref with a query', { GITHUB_ACTION_REF: 'v1?x=1' }],
    ['a ref with a line break', { GITHUB_ACTION_REF: 'v1\n::set-output::' }],
  ])('nowhere, if the runner names none: %s', (_, env) => {
    expect(pagePlace('scan.md', { ...OURS, ...env })).toBeNull()
    expect(reportAt({ ...OURS, ...env })).toBeNull()
  })
})

describe('the line about it', () => {
  test('stands behind what to do, before what the program wrote', () => {
    const error = new ActionError('It failed.', 'fix it.', { page: 'scan.md', output: '  Its last line.' })
    expect(explain(error)).toBe(`It failed.\nWhat to do: fix it.\nMore: ${PAGE}/scan.md\n  Its last line.`)
  })

  test('is not there without a page, or without a repository', () => {
    expect(explain(new ActionError('It failed.', 'fix it.'))).toBe('It failed.\nWhat to do: fix it.')
    process.env['GITHUB_ACTION_REPOSITORY'] = ''
    expect(explain(scan())).toBe('It failed.\nWhat to do: fix it.')
  })

  test('is that of the cause, if the error has none itself', () => {
    const outer = new ActionError('Target a: It failed.', 'fix it.', { cause: scan() })
    expect(explain(outer)).toMatch(/\nMore: \S+\/docs\/scan\.md#what-counts$/)
  })

  test('names each page of several failures once, and of very many the first', () => {
    const pages = ['scan.md', 'trust.md', 'scan.md', 'iam.md', 'build.md', 'bake.md', 'attest.md'] as const
    const error = combineErrors(
      pages.map((page, at) => new ActionError(`No. ${at}.`, `fix ${at}.`, { page })),
    )
    const named = ['scan.md', 'trust.md', 'iam.md', 'build.md'].map((page) => `${PAGE}/${page}`)
    expect(explain(error).split('\n').at(-1)).toBe(`More: ${named.join(' ')}`)
  })

  test('is there for what failed of several registries', () => {
    const outcomes = [
      { item: 'a', ok: true as const, value: null },
      { item: 'b', ok: false as const, error: scan() },
    ]
    expect(explain(oneError('The image', outcomes, (name) => name))).toContain(
      `\nMore: ${PAGE}/scan.md#what-counts`,
    )
  })

  test('is that of the inputs that are wrong, if they have one', () => {
    const problem = (input: string) => ({ input, value: 'x', message: 'is wrong' })
    expect(explain(new InputError([problem('tags'), problem('flavor'), problem('summary')]))).toBe(
      `Input 'tags': 'x': is wrong\nInput 'flavor': 'x': is wrong\nInput 'summary': 'x': is wrong\nMore: ${PAGE}/metadata.md`,
    )
    expect(explain(new InputError([problem('summary')]))).toBe("Input 'summary': 'x': is wrong")
  })

  test('stays in an annotation that is too long', () => {
    const { message } = annotationOf(new ActionError('word '.repeat(4000), 'fix it.', { page: 'scan.md' }))
    expect(message.length).toBeLessThanOrEqual(LONGEST_ANNOTATION)
    expect(message).toMatch(/the rest is in the log\nWhat to do: fix it\.\nMore: \S+\/docs\/scan\.md$/)
  })

  test('is a link in the summary, and a name where the address is not known', () => {
    const summary = () =>
      failed({ state: 'failed', name: 'app', failure: failureOf(scan()), left: null, totalSeconds: 1 }, null)
    expect(summary()).toContain(`**More:** [docs/scan.md&#35;what-counts](${PAGE}/scan.md#what-counts).`)
    process.env['GITHUB_SERVER_URL'] = 'https://git.example.com'
    expect(summary().filter((line) => line.startsWith('**More:**'))).toHaveLength(1)
    process.env['GITHUB_ACTION_REF'] = ''
    expect(summary().join('\n')).not.toContain('More')
  })

  test('says for a defect where it is reported', () => {
    expect(explain(new TypeError('x'))).toMatch(
      /report what it prints: https:\/\/github\.com\/acme\/ecr-build-push\/issues\/new\/choose$/,
    )
    process.env['GITHUB_ACTION_REPOSITORY'] = ''
    expect(explain(new TypeError('x'))).toMatch(/report what it prints\.$/)
  })
})
