import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect } from '@jest/globals'
import { examplesIn, wholeWorkflow } from '../../dev/docs.ts'
import { root } from '../../dev/root.ts'
import { ACCOUNT, REGION } from '../../dev/stage.ts'
import { type Event, jobOfRun, type RunOptions, type WorkflowRun } from '../../dev/workflow/index.ts'
import { blocksFenced, blocksOfTheirOwn, type DocumentBlock, nameOf } from './document-workflows.ts'
import { expectRunSuccess, type WorkflowStage } from './workflow-stage.ts'

// The workflows in the documents that no file of examples/workflows has, run as they stand: by e2e/workflows.test.ts,
// with its other variants. project/document-workflows.test.ts fails if there is one that is not in the table.

/** What a run of a document's workflow is made with. */
export interface DocumentStage {
  readonly shop: WorkflowStage
  /** With Sigstore's services on this machine for what signs and verifies. */
  readonly signing: Partial<RunOptions>
  /** Runs the workflow of that name; by itself a push to main. */
  run(name: string, event?: Partial<Event>, options?: Partial<RunOptions>): Promise<WorkflowRun>
  /** The tags of a repository, with their digests. */
  tagsOf(repository: string): Readonly<Record<string, string>>
}

export interface DocumentRun {
  /** The workflows that it runs, by their names ({@link nameOf}), in their order. */
  readonly of: readonly string[]
  /** Whether it signs. */
  readonly signs?: boolean
  /** Runs them, and looks at what became of them. */
  readonly check: (stage: DocumentStage) => Promise<void>
}

const PULL: Partial<Event> = { name: 'pull_request', ref: 'refs/pull/7/merge' }
const CI = `arn:aws:iam::${ACCOUNT}:role/ci`
const README = 'README.md: the first'

const services = {
  'docker-bake.hcl': `group "default" { targets = ["api", "web"] }
target "api" { context = "api" }
target "web" { context = "web" }
`,
  'api/Dockerfile': 'FROM scratch\nCOPY Dockerfile /api\n',
  'web/Dockerfile': 'FROM scratch\nCOPY Dockerfile /web\n',
}

/** Lets the role ci in, from these jobs of acme/shop; it may do everything. */
function addCi(shop: WorkflowStage, ...subjects: string[]): void {
  const all = ['ref:refs/heads/main', ...subjects]
  shop.stage.ecr.store.addRole(CI, { subjects: all.map((one) => `repo:acme/shop:${one}`) })
}

const stepLogs = (run: WorkflowRun, job: string) => jobOfRun(run, job).steps.map(({ log }) => log)

export const DOCUMENT_RUNS: readonly DocumentRun[] = [
  {
    of: [README],
    async check({ shop, run, tagsOf }) {
      addCi(shop)
      const pushed = await run(README)
      expectRunSuccess(pushed)
      const [, ecr, said] = jobOfRun(pushed, 'example').steps
      expect(said?.log).toBe(ecr?.outputs['digest-uri'])
      expect(tagsOf('demo-service')).toMatchObject({ main: ecr?.outputs['digest'] })
    },
  },
  {
    of: ['docs/dry-run.md: image'],
    async check({ shop, run, tagsOf }) {
      addCi(shop)
      // What the page says that the role of the dry run has to be allowed.
      const [policy] = examplesIn(readFileSync(path.join(root, 'docs/dry-run.md'), 'utf8')).filter(
        ({ language }) => language === 'json',
      )
      shop.stage.ecr.store.addRole(`${CI}-plan`, {
        subjects: ['repo:acme/shop:pull_request'],
        ...(policy === undefined ? {} : { policy: policy.text }),
      })
      const pushed = await run('docs/dry-run.md: image')
      expectRunSuccess(pushed)
      const before = tagsOf('demo-service')
      expect(before['latest']).toBe(jobOfRun(pushed, 'image').steps[1]?.outputs['digest'])
      const planned = await run('docs/dry-run.md: image', PULL)
      expectRunSuccess(planned)
      const { pushed: isPushed, plan = '' } = jobOfRun(planned, 'image').steps[1]?.outputs ?? {}
      expect(isPushed).toBe('false')
      expect(JSON.parse(plan).repositories).toHaveLength(1)
      expect(tagsOf('demo-service')).toEqual(before)
    },
  },
  {
    of: ['docs/recipes.md: image'],
    async check({ shop, run, tagsOf }) {
      addCi(shop)
      const before = shop.stage.ecr.requests.length
      const fork = await run('docs/recipes.md: image', { ...PULL, fromFork: true })
      expectRunSuccess(fork)
      expect(jobOfRun(fork, 'image').steps[1]?.outputs['pushed']).toBe('false')
      expect(shop.stage.ecr.requests.slice(before)).toEqual([])
      const pushed = await run('docs/recipes.md: image')
      expectRunSuccess(pushed)
      expect(tagsOf('demo-service')['main']).toBe(jobOfRun(pushed, 'image').steps[1]?.outputs['digest'])
    },
  },
  {
    of: ['docs/recipes.md: image, deploy'],
    async check({ shop, run }) {
      addCi(shop)
      const ended = await run('docs/recipes.md: image, deploy', {}, { secrets: { AWS_ACCOUNT_ID: ACCOUNT } })
      expectRunSuccess(ended)
      expect(jobOfRun(ended, 'image').dropped).toEqual([])
      const { digest, 'image-name': name } = jobOfRun(ended, 'image').outputs
      const registry = `***.dkr.ecr.${REGION}.amazonaws.com`
      expect(stepLogs(ended, 'deploy')).toEqual([
        `by tag:    ${registry}/${name}\nby digest: ${registry}/demo-service@${digest}`,
      ])
    },
  },
  {
    of: ['docs/bake.md: plan, build'],
    async check({ shop, run }) {
      addCi(shop)
      shop.commit(services)
      const ended = await run('docs/bake.md: plan, build')
      expectRunSuccess(ended)
      const built = ended.jobs.slice(1)
      expect(built.map(({ steps }) => steps[3]?.log.split('=')[0])).toEqual(['api', 'web'])
      const digests = built.map(({ steps }) => steps[3]?.log.split('=')[1])
      expect(new Set(digests).size).toBe(2)
    },
  },
  {
    of: ['docs/bake.md: images, deploy'],
    async check({ shop, run, tagsOf }) {
      addCi(shop)
      const sha = shop.commit(services)
      const ended = await run('docs/bake.md: images, deploy')
      expectRunSuccess(ended)
      expect(stepLogs(ended, 'deploy')).toEqual([tagsOf('shop/api')[sha]])
      expect(tagsOf('shop/web')).toHaveProperty([sha])
    },
  },
  {
    of: ['docs/many-places.md: build, merge'],
    async check({ shop, run, tagsOf }) {
      addCi(shop)
      const ended = await run('docs/many-places.md: build, merge')
      expectRunSuccess(ended)
      const [merged] = jobOfRun(ended, 'merge').steps
      expect(tagsOf('demo-service')['latest']).toBe(merged?.outputs['digest'])
      const platforms = Object.keys(JSON.parse(merged?.outputs['platform-digests'] ?? ''))
      expect(platforms).toEqual(['linux/amd64', 'linux/arm64'])
    },
  },
  {
    of: ['docs/many-places.md: image', 'docs/many-places.md: production'],
    async check({ shop, run, tagsOf }) {
      addCi(shop, 'environment:production')
      const built = await run('docs/many-places.md: image')
      expectRunSuccess(built)
      const { digest, 'scan-status': scan } = jobOfRun(built, 'image/name').outputs
      expect(scan).toMatch(/^(?:ACTIVE|COMPLETE)$/)
      const promoted = await run('docs/many-places.md: production')
      expectRunSuccess(promoted)
      expect(jobOfRun(promoted, 'production/promote').environment).toBe('production')
      expect(tagsOf('demo-service')['prod']).toBe(digest)
    },
  },
  {
    of: ['docs/trust.md: image, deployable'],
    signs: true,
    async check({ shop, run, signing }) {
      addCi(shop)
      const sha = shop.commit({ Dockerfile: 'FROM scratch\nCOPY Dockerfile /trusted\n' })
      const ended = await run('docs/trust.md: image, deployable', {}, signing)
      expectRunSuccess(ended)
      const { outputs } = jobOfRun(ended, 'image/name')
      expect(outputs['attested']).toBe('true')
      const verified = jobOfRun(ended, 'deployable/verify').outputs
      expect(verified['digest']).toBe(outputs['digest'])
      expect(verified['provenance']).toContain(sha)
      // GitHub's own store is asked with a permission more than build-push.yml has.
      expect(jobOfRun(ended, 'image/name').permissions).toEqual({
        'id-token': 'write',
        attestations: 'write',
      })
    },
  },
]

/** The block of each name that the table may have. */
function blocks(): Map<string, DocumentBlock> {
  const [first] = blocksFenced('yaml').filter(({ file }) => file === 'README.md')
  const named = blocksOfTheirOwn().map((block) => [nameOf(block), block] as const)
  return new Map(first === undefined ? named : [[README, first], ...named])
}

const fileOf = (name: string) => `documents/${name.replaceAll(/[^\w.]+/g, '-')}.yml`

/** The workflows of the table, by the names of files. @throws Error for a name that no document has */
export function documentFiles(): Record<string, string> {
  const all = blocks()
  return Object.fromEntries(
    DOCUMENT_RUNS.flatMap(({ of }) => of).map((name) => {
      const block = all.get(name)
      if (block === undefined) throw new Error(`no document has the workflow '${name}'`)
      return [fileOf(name), wholeWorkflow(block.text)]
    }),
  )
}

/** @param signing what a run gets that signs */
export function documentStage(shop: WorkflowStage, signing: Partial<RunOptions>): DocumentStage {
  return {
    shop,
    signing,
    run: (name, event = {}, options = {}) => shop.run(fileOf(name), event, options),
    tagsOf: (repository) =>
      Object.fromEntries(shop.stage.ecr.store.get({ account: ACCOUNT, region: REGION, repository }).tags),
  }
}
