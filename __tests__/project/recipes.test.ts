import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { examplesIn } from '../../dev/docs.ts'
import { root } from '../../dev/root.ts'
import { simulateWorkflow } from '../support/examples.ts'
import { inRecipe } from '../support/recipes.ts'

// Each recipe of docs/recipes.md and docs/migrate.md makes a whole workflow of examples/workflows/image.yml, whose runs
// are followed: the action takes its inputs in every event, and each step asks for something with some role.

// The first run may have to fetch jq.
jest.setTimeout(120_000)

const read = (file: string) => readFileSync(path.join(root, file), 'utf8')
const blocks = ['docs/recipes.md', 'docs/migrate.md'].flatMap((file) =>
  examplesIn(read(file)).map((example) => ({ name: `${file}:${example.line}`, ...example })),
)

/** What the repository of a recipe has. */
const KNOWN = { secrets: { AWS_ACCOUNT_ID: '123456789012' } }

const POLICY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Sid: 'Pull', Effect: 'Allow', Principal: '*', Action: 'ecr:BatchGetImage' }],
})

/** The files that recipes name in the checkout. */
const FILES: Readonly<Record<string, string>> = {
  'repo-policy.json': POLICY,
  '.github/ecr-policy.json': POLICY,
  '.github/ecr-lifecycle.json': JSON.stringify({
    rules: [
      {
        rulePriority: 1,
        selection: { tagStatus: 'untagged', countType: 'imageCountMoreThan', countNumber: 9 },
        action: { type: 'expire' },
      },
    ],
  }),
  'services/demo/docker/Dockerfile': 'FROM scratch\n',
}

let workspace = ''
beforeAll(() => {
  workspace = mkdtempSync(path.join(tmpdir(), 'recipes-'))
  for (const [file, text] of Object.entries(FILES)) {
    mkdirSync(path.dirname(path.join(workspace, file)), { recursive: true })
    writeFileSync(path.join(workspace, file), text)
  }
})
afterAll(() => rmSync(workspace, { recursive: true }))

describe('a recipe', () => {
  const ours = blocks.filter(
    ({ language, text }) => language === 'yaml' && /OWNER\/ecr-build-push(?!\/bake)[@/]/.test(text),
  )

  test('is found on both pages', () => {
    expect(ours.filter(({ name }) => name.startsWith('docs/recipes')).length).toBeGreaterThan(20)
    expect(ours.filter(({ name }) => name.startsWith('docs/migrate'))).toHaveLength(5)
  })

  test.each(ours)(
    '$name is a whole workflow with image.yml, whose inputs the action takes',
    async ({ text }) => {
      const { refused, roles, jobs } = await simulateWorkflow(inRecipe(text), workspace, KNOWN)
      expect(refused).toEqual([])
      expect(jobs.length).toBeGreaterThan(0)
      expect(roles.length).toBeGreaterThan(0)
    },
  )

  test('with an input that the action does not take is found', async () => {
    const wrong = '- uses: OWNER/ecr-build-push@v1\n  with: { repository: Demo, if-image-exists: maybe }\n'
    const { refused } = await simulateWorkflow(inRecipe(wrong), workspace)
    expect(refused).toHaveLength(1)
    expect(refused[0]?.message).toContain('maybe')
  })
})

describe('a command', () => {
  const lines = blocks.filter(({ language }) => language === 'sh')
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }

  test.each(lines)('$name names scripts and files that there are', ({ text }) => {
    for (const [, script = ''] of text.matchAll(/npm run (?:--silent )?([\w:-]+)/g))
      expect(scripts).toHaveProperty(script)
    for (const [file] of text.matchAll(/\bexamples\/[\w./-]+/g))
      expect({ file, there: existsSync(path.join(root, file)) }).toEqual({ file, there: true })
  })

  test('npm run policy has the options that it has', () => {
    const command = read('dev/policy.ts')
    const given = lines.flatMap(({ text }) =>
      [...text.replaceAll('\\\n', ' ').matchAll(/npm run --silent policy -- (.*)/g)].flatMap(
        ([, args = '']) => args.match(/--[\w-]+/g) ?? [],
      ),
    )
    expect(new Set(given)).toEqual(new Set(['--repository', '--json', '--issuer']))
    for (const option of given) expect(command).toContain(`  ${option} `)
  })

  test('takes of the JSON of npm run policy what there is, of a role that the workflow takes', () => {
    const [policy] = lines.filter(({ text }) => text.includes('jq '))
    expect(policy?.text.match(/jq '[^']+'/g)).toEqual(["jq '.roles[0].trust'", "jq '.roles[0].permissions'"])
  })
})

test.each(['docs/recipes.md', 'docs/iam.md'])(
  '%s says where it makes a role for a repository that the name of a new one has ids',
  (file) => {
    const making = read(file)
      .split(/^## /m)
      .filter((part) => part.includes('GitHubRepository=ORGANIZATION/REPOSITORY'))
    expect(making).toHaveLength(1)
    for (const part of making) {
      expect(part).toMatch(/\bids in\b/)
      expect(part).toContain('#the-roles-trust-in-github)')
    }
    expect(read('docs/iam.md')).toMatch(/^## The role's trust in GitHub$/m)
  },
)

test('docs/recipes.md leads to every example', () => {
  const led = [...read('docs/recipes.md').matchAll(/\]\(\.\.\/examples\/workflows\/([^)]+)\)/g)].map(
    ([, to]) => to,
  )
  expect(readdirSync(path.join(root, 'examples', 'workflows')).filter((file) => !led.includes(file))).toEqual(
    [],
  )
})
