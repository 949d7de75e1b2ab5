import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { buildWithoutBuildx } from '../../../../src/docker/build/classic.ts'
import { buildInputs } from '../../../support/inputs.ts'

const REFERENCE = '123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:v1'

const before = process.env['PATH']
let folder: string
let told: string[]
beforeEach(() => {
  told = []
  folder = mkdtempSync(path.join(os.tmpdir(), 'classic-'))
  // The toolkit looks for programs on this process's own PATH.
  process.env['PATH'] = `${folder}:${before}`
})
afterEach(() => {
  process.env['PATH'] = before
  rmSync(folder, { recursive: true })
})

function build(
  naming: 'docker' | 'local',
  platforms: readonly string[] = [],
  builder: 'buildkit' | 'legacy' = 'buildkit',
  cacheFrom: readonly string[] = [],
  file = '/app/Dockerfile',
  buildArgs: readonly string[] = [],
  platform = 'linux/amd64',
) {
  const script = `#!/bin/sh
echo "\${DOCKER_BUILDKIT-unset} $*" >> ${folder}/called
for arg; do case $arg in --iidfile=*) echo sha256:${'b'.repeat(64)} > "\${arg#--iidfile=}" ;; esac; done
case $1 in
  pull) case $3 in
    absent) echo 'manifest for absent not found: manifest unknown' >&2; exit 1 ;;
    ecr) echo "Error response from daemon: name unknown: The repository with name 'x' does not exist in the registry with id '1'" >&2; exit 1 ;;
    store) echo 'Error response from daemon: failed to resolve reference "a/b:c": a/b:c: not found' >&2; exit 1 ;;
    host) echo 'Error response from daemon: Get "https://r/v2/": dial tcp: lookup r: no such host' >&2; exit 1 ;;
    helper) echo 'error getting credentials - err: exec: "docker-credential-x": executable file not found in $PATH, out: \`\`' >&2; exit 1 ;;
    private) echo "Error response from daemon: pull access denied for p, repository does not exist or may require 'docker login': denied" >&2; exit 1 ;;
    denied) echo 'Error response from daemon: denied: no' >&2; exit 1 ;;
  esac ;;
  push) sleep 0.3; echo "v1: digest: sha256:${'a'.repeat(64)} size: 527" ;;
  create) exit 1 ;;
  image) case $* in *'json .Os'*) echo '{"os":"linux","architecture":"amd64"}' ;; *.Config*) echo '{"Env":["V=1"]}' ;; *) echo 'linux amd64 ' ;; esac ;;
  *) printf '#1 [1/1] COPY . .\\n#1 DONE 0.1s\\n' >&2 ;;
esac
`
  writeFileSync(path.join(folder, 'docker'), script, { mode: 0o755 })
  const request = {
    ...buildInputs(),
    file,
    platforms,
    cacheFrom,
    buildArgs,
    annotations: [],
    labels: [],
    references: [REFERENCE],
    naming,
  }
  const env = { PATH: process.env['PATH'] ?? '', DOCKER_BUILDKIT: '0', V: '1', W: '2' }
  return buildWithoutBuildx(
    request,
    { classic: builder, platform },
    {
      folder,
      env,
      engineEnv: env,
      pushEnv: env,
      variables: {},
      workspace: folder,
      annotate: (kind, message) => told.push(`${kind}: ${message}`),
      sharesNetwork: false,
      log: (line) => told.push(line),
      renewal: null,
      held: null,
      pushing: null,
    },
  )
}

test('the push has its own time, after the steps of the build', async () => {
  const { steps = [] } = await build('docker')
  expect(steps.map(({ name }) => name)).toEqual(['[1/1] COPY . .', `pushing ${REFERENCE} with docker`])
  const [copy, push] = steps
  expect((push?.to ?? 0) - (push?.from ?? 0)).toBeGreaterThanOrEqual(290)
  expect(push?.from).toBeGreaterThanOrEqual(copy?.to ?? Number.POSITIVE_INFINITY)
})

test('what is not pushed has none', async () => {
  const { steps = [] } = await build('local')
  expect(steps.map(({ name }) => name)).toEqual(['[1/1] COPY . .'])
})

const called = () => readFileSync(path.join(folder, 'called'), 'utf8').trim().split('\n')

// Told to use it, docker would ask people to remove the variable, which they have not set.
test('the legacy builder is not asked for by a variable, and leaves no container', async () => {
  await build('local', [], 'legacy')
  expect(called()[0]).toMatch(/^unset build --force-rm /)
})

test("an old docker's BuildKit is asked for by a variable", async () => {
  await build('local')
  expect(called()[0]).toMatch(/^1 build --file/)
})

test.each(['docker', 'local'] as const)('an image of another platform is not pushed (%s)', async (naming) => {
  await expect(build(naming, ['linux/arm64'], 'legacy')).rejects.toThrow(
    "docker has built an image of linux/amd64, and Input 'platforms' asks for linux/arm64",
  )
  expect(called().map((line) => line.split(' ')[1])).not.toContain('push')
})

// Of a word alone nothing was compared.
test.each(['arm64', 'aarch64', 'darwin', 'linux/arm/v7', 'armhf'])(
  '%s is another platform',
  async (platform) => {
    await expect(build('docker', [platform], 'legacy')).rejects.toThrow(
      `docker has built an image of linux/amd64, and Input 'platforms' asks for ${platform}:`,
    )
  },
)

test('what a base image changes is not pushed', async () => {
  const file = path.join(folder, 'Dockerfile')
  writeFileSync(file, 'FROM base\nARG V=2\nLABEL v=$V\n')
  await expect(build('docker', [], 'legacy', [], file)).rejects.toThrow(
    'than BuildKit would: $V, an ARG with the name of an ENV (line 3). Nothing was pushed.',
  )
  expect(called().map((line) => line.split(' ')[1])).not.toContain('push')
  // BuildKit has given it the value of the ARG.
  await build('docker', [], 'buildkit', [], file)
  expect(called().at(-1)).toMatch(/^\S+ push /)
})

test('a build argument that is given by its name alone has its value of the environment', async () => {
  const file = path.join(folder, 'Dockerfile')
  writeFileSync(file, 'ARG W=1\nFROM base\nARG V\nLABEL v=$V\n')
  await build('docker', [], 'legacy', [], file, ['V'])
  writeFileSync(file, 'FROM base\nARG V=$W\nARG ABSENT=1\nLABEL v=$ABSENT\n')
  await build('docker', [], 'legacy', [], file, ['V', 'ABSENT'])
  writeFileSync(file, 'FROM base\nARG W\nARG V=$W\nLABEL v=$V\n')
  await expect(build('docker', [], 'legacy', [], file, ['W'])).rejects.toThrow(
    'an ARG with the name of an ENV',
  )
})

test.each(['linux/amd64', 'linux/x86_64', 'amd64', 'x86-64', 'linux'])(
  '%s is the platform that was built',
  async (platform) => {
    await build('docker', [platform], 'legacy')
  },
)

test('if no platform is asked for, it is that of the engine', async () => {
  const file = path.join(folder, 'Dockerfile')
  writeFileSync(file, 'FROM scratch\nCOPY --from=base / /\n')
  await build('docker', [], 'legacy', [], file)
  await expect(build('docker', [], 'legacy', [], file, [], 'linux/s390x')).rejects.toThrow(
    "than BuildKit would: COPY --from=base, an image for linux/amd64, and not for linux/s390x, the engine's (line 2). Nothing",
  )
})

test('a cache that there is not yet is no warning, and one that was not reached is', async () => {
  await build('local', [], 'legacy', ['absent', 'ecr', 'store', 'host', 'helper', 'private'])
  expect(told.map((line) => line.slice(0, 35))).toEqual([
    'There is no cache of absent yet',
    'There is no cache of ecr yet',
    'There is no cache of store yet',
    ...Array(3).fill('warning: The cache was not read, an'),
  ])
})

test('the legacy builder reads a cache from images of the engine, which are fetched', async () => {
  await build('local', [], 'legacy', ['app:cache', 'absent', 'denied'])
  expect(called().map((line) => line.split(' ').slice(1, 4).join(' '))).toEqual([
    'pull -- app:cache',
    'pull -- absent',
    'pull -- denied',
    expect.stringMatching(/^build /),
  ])
  expect(told).toEqual([
    'There is no cache of absent yet',
    'warning: The cache was not read, and the build continued without it (denied): Error response from daemon: denied: no',
  ])
})

test('BuildKit fetches its caches itself', async () => {
  await build('local', [], 'buildkit', ['app:cache'])
  expect(called().map((line) => line.split(' ')[1])).toEqual(['build'])
})
