import { existsSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { CommandError } from '../command/errors.ts'
import { runMain, runPost, type Step, type StepResult } from '../runner.ts'
import { REGION, type Stage } from '../stage.ts'
import type { Work } from './rounds.ts'
import { run, succeeded } from './run.ts'
import type { Surroundings } from './surroundings.ts'

/** The folders that PEERS must have: repositories of these names, with `action.yml` and `dist/`. */
const NAMES = [
  'configure-aws-credentials',
  'amazon-ecr-login',
  'metadata-action',
  'build-push-action',
] as const

/**
 * Four actions and a shell step that do what the step does, in the order in which their documents show them; their post
 * steps in the opposite order. Their defaults stay, but for what would be sent to GitHub.
 * @returns nothing if PEERS names no folder
 * @throws CommandError if an action is not in it, as seen from here: in a corner, `/tmp` is another
 */
export function chainOf(stage: Stage, { peers, aws }: Surroundings, name: string): Record<string, Work> {
  if (peers === null) return {}
  for (const one of NAMES)
    if (!existsSync(path.join(peers, one, 'action.yml')))
      throw new CommandError(
        `PEERS: ${peers} has no ${one}/action.yml.`,
        `put the repository of ${one} there`,
      )
  const eventFile = path.join(stage.folder, 'event.json')
  const repository = {
    name: 'app',
    full_name: 'octo/app',
    html_url: 'https://github.com/octo/app',
    license: null,
  }
  writeFileSync(eventFile, JSON.stringify({ repository, ref: 'refs/heads/main' }))
  const endpoint = stage.env['AWS_ENDPOINT_URL'] ? ['--endpoint-url', stage.env['AWS_ENDPOINT_URL']] : []
  const work: Work = async () => {
    const github = await answering(JSON.stringify(repository))
    const env: Readonly<Record<string, string>> = {
      ...stage.env,
      GITHUB_TOKEN: 'none',
      GITHUB_API_URL: github.url,
      GITHUB_SERVER_URL: 'https://github.com',
      GITHUB_REPOSITORY: 'octo/app',
      GITHUB_EVENT_NAME: 'push',
      GITHUB_EVENT_PATH: eventFile,
      GITHUB_REF: 'refs/heads/main',
      GITHUB_SHA: '0123456789abcdef0123456789abcdef01234567',
      GITHUB_RUN_ID: '1',
      GITHUB_RUN_ATTEMPT: '1',
      GITHUB_JOB: 'image',
      GITHUB_WORKFLOW: 'image',
      DOCKER_BUILD_RECORD_UPLOAD: 'false',
      DOCKER_BUILD_SUMMARY: 'false',
    }
    const posts: (() => Promise<StepResult>)[] = []
    const step = async (action: (typeof NAMES)[number], inputs: Record<string, string>, post = true) => {
      const folder = path.join(peers, action)
      const how: Step = { action: folder, with: inputs, env, workspace: stage.folder, temp: stage.temp }
      const main = succeeded(await runMain(how))
      if (post) posts.unshift(() => runPost(how, main))
      return main.outputs
    }
    try {
      await step('configure-aws-credentials', {
        'aws-region': REGION,
        'aws-access-key-id': env['AWS_ACCESS_KEY_ID'] ?? '',
        'aws-secret-access-key': env['AWS_SECRET_ACCESS_KEY'] ?? '',
        'aws-session-token': env['AWS_SESSION_TOKEN'] ?? '',
      })
      const { registry } = await step('amazon-ecr-login', {})
      await run(aws, [...endpoint, 'ecr', 'describe-repositories', '--repository-names', 'app'], env)
      const { tags, labels } = await step(
        'metadata-action',
        { images: `${registry}/app`, tags: 'type=raw,value=v1\ntype=raw,value=v2' },
        false,
      )
      await step('build-push-action', {
        context: 'app',
        push: 'true',
        tags: tags ?? '',
        labels: labels ?? '',
      })
      for (const post of posts) succeeded(await post())
    } finally {
      await github.stop()
    }
  }
  return { [name]: work }
}

/** A server on loopback in GitHub's place, which is asked for the repository. */
async function answering(body: string): Promise<{ url: string; stop(): Promise<void> }> {
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
