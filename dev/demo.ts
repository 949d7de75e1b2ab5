import { execFile, execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { CommandError } from './command/errors.ts'
import { main, type Told } from './command/main.ts'
import { CORNER, type Parts, readParts } from './parts.ts'
import { root } from './runner.ts'
import { ACCOUNT, openStage, REGION, type Stage } from './stage.ts'
import { prepareEngines } from './with-engines.ts'

// The walk that the ECR console prints under "View push commands", made by the action: create the repository,
// log in, build, tag, push; then the image is pulled by its digest and run.

const bold = (text: string) => (process.stdout.isTTY ? `\u001b[1m${text}\u001b[0m` : text)
const heading = (text: string) => console.log(`\n${bold(text)}`)
const detail = (text: string) => console.log(`    ${text}`)

const help = `
npm run demo [-- OPTION…]

The walk of the ECR console, made by the action on a local ECR: examples/demo-service is built and pushed, pulled back
by its digest, started, and its page fetched. It needs Docker, or root on Debian 12 or later; see README.md.

  --keep      the local ECR stays up until Ctrl-C, to be used with aws and docker
  --verbose   show where an error comes from
  --help      show this
`

await main({ help, options: { keep: { type: 'boolean' } } }, async (told) => {
  const parts = readParts()
  if (parts !== undefined) return show(parts, told)
  heading('Getting ready: an engine, a registry, a local ECR')
  const withEngines = await prepareEngines({ engines: ['current'], clients: [] }, detail)
  const command = [process.execPath, import.meta.filename, ...process.argv.slice(2)]
  return withEngines({ command, interruption: told.interruption })
})

async function show(parts: Parts, { values, interruption }: Told): Promise<undefined> {
  const engine = parts.engines.current
  const stage = await openStage({ ...parts, engine })
  try {
    detail(
      `Docker ${engine.serverVersion}, buildx ${engine.buildxVersion}${engine.own ? ', started for this demo' : ', as it is on this machine'}`,
    )
    detail(
      `the local ECR stands for account ${ACCOUNT} in ${REGION}, as ${stage.ecr.registryHost(ACCOUNT, REGION)}`,
    )
    await walk(stage, parts, interruption)
    if (values['keep'] && !interruption.aborted) await stayUp(stage, parts, interruption)
  } finally {
    await stage.close()
  }
}

async function walk(stage: Stage, parts: Parts, interruption: AbortSignal): Promise<void> {
  const engine = parts.engines.current
  const sha = commit()
  const inputs = {
    repository: 'demo-service',
    'aws-region': REGION,
    context: 'examples/demo-service',
    tags: 'v1\ntype=ref,event=branch\ntype=sha,format=long,prefix=',
    'build-args': `BASE=${stage.baseImage}\nVERSION=v1`,
    'keep-login': 'true',
  }
  // Never synchronously: the local ECR answers from this very process.
  const docker = async (...args: string[]) =>
    (await promisify(execFile)(engine.docker, args, { env: { ...stage.env } })).stdout.trim()

  heading('1. The step, as GitHub’s runner runs it')
  detail('- uses: OWNER/ecr-build-push@v1')
  detail('  with:')
  for (const [name, value] of Object.entries(inputs)) {
    const lines = value.split('\n')
    if (lines.length === 1) detail(`    ${name}: ${value}`)
    else for (const line of [`    ${name}: |`, ...lines.map((each) => `      ${each}`)]) detail(line)
  }

  heading('2. Its log')
  // A step that is told to end says what it leaves; afterwards nothing more is shown.
  const cancel = { on: aborted(interruption) }
  const more = { workspace: root, env: job(stage, sha), onLine: detail, cancel }
  const result = await stage.main(inputs, more)
  interruption.throwIfAborted()
  if (result.exitCode !== 0) throw stepFailed('The step', result.exitCode)

  heading('3. Its outputs')
  for (const [name, value] of Object.entries(result.outputs)) {
    if (name !== 'metadata' && name !== 'json') detail(`${name}: ${value.replaceAll('\n', '\n      ')}`)
  }

  heading('4. A later step of the job pulls the image by its digest and runs it')
  const digestUri = result.outputs['digest-uri'] as string
  for (const uri of (result.outputs['image-uris'] as string).split('\n')) {
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
    const page = await fetchWhenUp(`http://${address}/`)
    detail(
      `GET http://${address}/ answers: ${/<title>(.*)<\/title>/.exec(page)?.[1]}, ${/demo-service \w+/.exec(page)?.[0]}`,
    )
    const todos = await fetch(`http://${address}/cgi-bin/todos`, {
      method: 'POST',
      body: 'delete four steps from the workflow',
    })
    const list = (await todos.text()).trim()
    detail(`POST http://${address}/cgi-bin/todos answers: ${list}`)
    if (!page.includes('demo-service v1') || list !== 'delete four steps from the workflow') {
      throw new Error('the page is not that of the image that was built')
    }
  } finally {
    await docker('rm', '--force', '--volumes', container)
    await docker('image', 'rm', '--force', digestUri)
  }

  heading('5. The post step, at the end of the job')
  const post = await stage.post(result, { ...more, env: {} })
  if (post.exitCode !== 0) throw stepFailed('The post step', post.exitCode)
  detail('the login is gone from ~/.docker/config.json')

  heading('What would differ on real AWS')
  detail('- the host names are those of AWS, without any certificate of our own')
  detail('- credentials come from a role, by GitHub’s OIDC token, and not from a table in the local ECR')
  detail('- the base image comes from public.ecr.aws; here it is a busybox of this machine in the local ECR')
  detail('- pushes and pulls cross a network, and IAM, quotas, scans and lifecycle rules apply')
  console.log(`\nDone: ${digestUri}`)
}

/** What a person needs to look at the local ECR from another terminal. */
async function stayUp(stage: Stage, parts: Parts, interruption: AbortSignal): Promise<void> {
  const engine = parts.engines.current
  heading('The local ECR stays up until Ctrl-C. In another terminal:')
  if (engine.own) console.log(`nsenter --target ${process.env[CORNER]} --all --wd=${root} bash`)
  const names = [
    'DOCKER_HOST',
    'AWS_ACCESS_KEY_ID',
    'AWS_SECRET_ACCESS_KEY',
    'AWS_SESSION_TOKEN',
    'AWS_REGION',
    'AWS_ENDPOINT_URL',
    'AWS_CA_BUNDLE',
    'SSL_CERT_FILE',
    'NODE_EXTRA_CA_CERTS',
  ]
  for (const name of names) if (stage.env[name]) console.log(`export ${name}='${stage.env[name]}'`)
  const host = stage.ecr.registryHost(ACCOUNT, REGION)
  const endpoint = stage.env['AWS_ENDPOINT_URL'] ? ' --endpoint-url "$AWS_ENDPOINT_URL"' : ''
  console.log(`aws ecr describe-images --repository-name demo-service${endpoint}`)
  console.log(
    `aws ecr get-login-password${endpoint} | ${engine.own ? engine.docker : 'docker'} login --username AWS --password-stdin ${host}`,
  )
  const alive = setInterval(() => undefined, 60_000)
  await aborted(interruption)
  clearInterval(alive)
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

function stepFailed(which: string, code: number | null): CommandError {
  return new CommandError(
    `${which} ended with exit code ${code}.`,
    'its log is above, and says what to do; npm run build makes dist/ anew.',
  )
}

/** What GitHub's runner says of a push to main, as far as the action reads it. */
function job(stage: Stage, sha: string): Record<string, string> {
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
  writeFileSync(event, JSON.stringify({ ref: 'refs/heads/main', after: sha, repository }))
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
    return '0'.repeat(40)
  }
}

async function fetchWhenUp(url: string): Promise<string> {
  for (let tries = 0; ; tries++) {
    try {
      return await (await fetch(url)).text()
    } catch (error) {
      if (tries === 50) throw error
      await sleep(100)
    }
  }
}
