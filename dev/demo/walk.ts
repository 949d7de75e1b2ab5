import { execFile, execFileSync } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { CommandError } from '../command/errors.ts'
import type { Engine } from '../engine/index.ts'
import { local } from '../engine/paths.ts'
import { githubHtml } from '../pictures/github.ts'
import { page } from '../pictures/page.ts'
import { root, type Step, type StepResult } from '../runner.ts'
import { ACCOUNT, REGION, type Stage } from '../stage.ts'
import { checkSigner, openSigning } from './signed.ts'
import { act, actTitle, detail, fetchWhenUp, foldedLog, heading, shorten } from './told.ts'

const NO_COMMIT = '0'.repeat(40)
const PROMOTE = path.join(root, 'promote')

/** What a walk needs. */
export interface Walk {
  readonly stage: Stage
  readonly engine: Engine
  /** The path of cosign; empty if there is none. */
  readonly cosign: string
  readonly verbose: boolean
  /** Aborted if the person ends the command. */
  readonly interruption: AbortSignal
  /** Resolves then. */
  readonly interrupted: Promise<void>
}

/**
 * The walk of ECR's console in one step, and what comes after it: the image is run by a later step, built again,
 * signed, promoted; mistakes, and a build that fails; and the summaries, as a page.
 * @throws CommandError if a step ends otherwise than it should
 */
export async function walk({
  stage,
  engine,
  cosign,
  verbose,
  interruption,
  interrupted,
}: Walk): Promise<void> {
  const sha = commit()
  shorten(stage.ecr.registryHost(ACCOUNT, REGION))
  const env = await job(stage, sha)
  const inputs = {
    repository: 'demo-service',
    'aws-region': REGION,
    context: 'examples/demo-service',
    tags: 'v1\ntype=ref,event=branch\ntype=sha,format=long,prefix=',
    'build-args': `BASE=${stage.baseImage}\nVERSION=v1`,
    'keep-login': 'true',
  }
  // An earlier demo has left its build in the cache.
  const fresh = { ...inputs, 'no-cache': 'true' }
  const summaries: string[] = []
  const demoFolder = path.join(local, 'demo')
  await mkdir(demoFolder, { recursive: true })
  const step = async (wanted: Readonly<Record<string, string>>, more: Partial<Step> = {}, exitCode = 0) => {
    // A step that is told to end says what it leaves; afterwards nothing more is shown.
    const cancel = { on: interrupted }
    const result = await stage.main(wanted, { workspace: root, env, cancel, ...foldedLog(verbose), ...more })
    interruption.throwIfAborted()
    if (result.exitCode !== exitCode) throw stepFailed('The step', result.exitCode)
    summaries.push(`## ${actTitle()}\n\n${result.summary}`)
    return result
  }

  act('The step, as GitHub’s runner runs it')
  showStep('OWNER/ecr-build-push@v1', inputs)

  act('Its log')
  const result = await step(fresh)

  act('Its outputs')
  for (const [name, value] of Object.entries(result.outputs)) {
    if (name !== 'metadata' && name !== 'json') detail(`${name}: ${value.replaceAll('\n', '\n      ')}`)
  }

  act('The same step again: all is in the cache, and the digest is the same')
  const again = await step(inputs)
  if (again.outputs['digest'] !== result.outputs['digest'])
    throw new Error('the same build has another digest')

  act('A later step of the job pulls the image by its digest and runs it')
  await pullAndRun(stage, engine, result, sha)

  act('The same step with attest: the image is signed, with what this job is')
  detail('Sigstore’s services are a stand-in, on loopback. A job on GitHub has the real ones: it leaves out')
  detail('the inputs sigstore…, and has the permission id-token: write.')
  const signing = await openSigning(stage, env)
  try {
    detail('- with, besides:')
    showInputs(signing.inputs)
    const signed = await step({ ...inputs, ...signing.inputs }, { env: { ...env, ...signing.env } })
    act('A stranger’s check: cosign, with the command of the output verify-commands')
    await checkSigner(signed, stage, cosign)
  } finally {
    await signing.close()
  }

  act('The image gets a tag for production; nothing is built')
  const promotion = { source: 'v1', repository: 'demo-service', 'aws-region': REGION, tags: 'prod' }
  showStep('OWNER/ecr-build-push/promote@v1', promotion)
  await step(promotion, { action: PROMOTE })

  act('Two mistakes, told together before anything is built')
  const mistakes = { ...inputs, repository: 'Demo_Service', 'image-tag-mutability': 'FROZEN' }
  detail(`repository: ${mistakes.repository}`)
  detail(`image-tag-mutability: ${mistakes['image-tag-mutability']}`)
  await step(mistakes, {}, 1)

  act('A build that fails')
  await failingBuild(stage)
  const broken = { ...inputs, context: 'broken', 'build-args': '' }
  detail('the Dockerfile has COPY nothere.txt /, and the context has no such file')
  await step(broken, { workspace: stage.folder }, 1)

  act('The post step, at the end of the job')
  const post = await stage.post(result, { workspace: root, onLine: detail, cancel: { on: interrupted } })
  if (post.exitCode !== 0) throw stepFailed('The post step', post.exitCode)
  detail('the login is gone from ~/.docker/config.json')

  act('The summaries of these steps, as the page of the run shows them')
  const file = path.join(demoFolder, 'summary.html')
  await writeFile(file, await page(await githubHtml(summaries.join('\n\n')), 'both', null, false))
  detail(pathToFileURL(file).href)

  heading('What would differ on real AWS')
  detail('- the host names are those of AWS, without any certificate of our own')
  detail('- credentials come from a role, by GitHub’s OIDC token, and not from a table in the local ECR')
  detail('- the base image comes from public.ecr.aws; here it is a busybox of this machine in the local ECR')
  detail('- attest signs with Sigstore’s own services, whose certificates the whole world can check')
  detail('- pushes and pulls cross a network, and IAM, quotas, scans and lifecycle rules apply')
  console.log(`\nDone: ${result.outputs['digest-uri']}`)
}

/** A context whose Dockerfile copies a file that is not in it. */
async function failingBuild({ folder, baseImage }: Stage): Promise<void> {
  const context = path.join(folder, 'broken')
  await mkdir(context)
  await writeFile(path.join(context, 'Dockerfile'), `FROM ${baseImage}\nCOPY nothere.txt /\n`)
}

function showStep(uses: string, inputs: Readonly<Record<string, string>>): void {
  detail(`- uses: ${uses}`)
  detail('  with:')
  showInputs(inputs)
}

function showInputs(inputs: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(inputs)) {
    const lines = value.split('\n')
    if (lines.length === 1) detail(`    ${name}: ${value}`)
    else for (const line of [`    ${name}: |`, ...lines.map((each) => `      ${each}`)]) detail(line)
  }
}

async function pullAndRun(stage: Stage, engine: Engine, { outputs }: StepResult, sha: string): Promise<void> {
  // Never synchronously: the local ECR answers from this very process.
  const docker = async (...args: string[]) =>
    (await promisify(execFile)(engine.docker, args, { env: { ...stage.env } })).stdout.trim()
  const digestUri = outputs['digest-uri'] as string
  for (const uri of (outputs['image-uris'] as string).split('\n')) {
    await docker('image', 'rm', '--force', uri)
  }
  detail((await docker('pull', digestUri)).split('\n').at(-1) as string)
  const labels = JSON.parse(
    await docker('image', 'inspect', '--format', '{{json .Config.Labels}}', digestUri),
  )
  for (const [key, value] of Object.entries(labels)) detail(`label ${key}: ${value}`)
  if (labels['org.opencontainers.image.revision'] !== sha)
    throw new Error('the image does not name its commit')
  const container = await docker('run', '--detach', '--publish', '127.0.0.1:0:8080', digestUri)
  try {
    const address = (await docker('port', container, '8080/tcp')).split('\n')[0] as string
    const content = await fetchWhenUp(`http://${address}/`)
    detail(
      `GET http://${address}/ answers: ${/<title>(.*)<\/title>/.exec(content)?.[1]}, ${/demo-service \w+/.exec(content)?.[0]}`,
    )
    const todos = await fetch(`http://${address}/cgi-bin/todos`, {
      method: 'POST',
      body: 'delete four steps from the workflow',
    })
    const list = (await todos.text()).trim()
    detail(`POST http://${address}/cgi-bin/todos answers: ${list}`)
    if (!content.includes('demo-service v1') || list !== 'delete four steps from the workflow') {
      throw new Error('the page is not that of the image that was built')
    }
  } finally {
    await docker('rm', '--force', '--volumes', container)
    await docker('image', 'rm', '--force', digestUri)
  }
}

function stepFailed(which: string, code: number | null): CommandError {
  return new CommandError(
    `${which} ended with exit code ${code}.`,
    'its log is above, and with --verbose all of it; npm run build makes dist/ anew.',
  )
}

/** What GitHub's runner says of a push to main, as far as the action reads it. */
async function job(stage: Stage, sha: string): Promise<Record<string, string>> {
  const [owner, name] = ['octo', 'demo-service']
  const event = path.join(stage.temp, 'event.json')
  const repository = {
    name,
    full_name: `${owner}/${name}`,
    html_url: `https://github.com/${owner}/${name}`,
    description: 'A TODO list',
    default_branch: 'main',
    license: { spdx_id: 'Apache-2.0' },
  }
  // A commit that nobody has is dated here: dated to the run, the image would be another one each time.
  const dated = sha === NO_COMMIT ? { head_commit: { id: sha, timestamp: '2026-01-01T12:00:00Z' } } : {}
  await writeFile(event, JSON.stringify({ ref: 'refs/heads/main', after: sha, repository, ...dated }))
  return {
    GITHUB_EVENT_NAME: 'push',
    GITHUB_EVENT_PATH: event,
    GITHUB_REF: 'refs/heads/main',
    GITHUB_REPOSITORY: repository.full_name,
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_SHA: sha,
  }
}

function commit(): string {
  try {
    return execFileSync('git', ['rev-parse', 'HEAD'], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim()
  } catch {
    // A copy without history is as good to show the walk with.
    return NO_COMMIT
  }
}
