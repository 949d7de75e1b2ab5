import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { refuseOtherImages } from '../../../../src/docker/build/legacy-bases.ts'

const before = process.env['PATH']
let folder: string
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'legacy-bases-'))
  // The toolkit looks for programs on this process's own PATH.
  process.env['PATH'] = `${folder}:${before}`
})
afterEach(() => {
  process.env['PATH'] = before
  rmSync(folder, { recursive: true })
})

/** The configurations of the images that the engine has. */
const IMAGES = {
  node: { Env: ['NODE_VERSION=20.11.1', 'EMPTY='], Volumes: null, OnBuild: null },
  db: { Env: [], Volumes: { '/var/lib/db': {} }, OnBuild: [] },
  parent: { OnBuild: ['COPY --link . /app', 'ARG V=1'] },
  app: { User: 'app:app', WorkingDir: '/app' },
  apptrigger: { User: 'app', OnBuild: ['WORKDIR /srv/x', 'WORKDIR /app', 'USER 0', 'WORKDIR /srv/y'] },
  plain: null,
}

async function check(dockerfile: string, buildArgs: readonly string[] = [], target: string | null = null) {
  const cases = Object.entries(IMAGES).map(([name, config]) => `${name}) echo '${JSON.stringify(config)}' ;;`)
  // A container of each has the folder /app, and none other.
  const script = `#!/bin/sh
echo "$*" >> ${folder}/called
case $1 in
create) echo container ;;
cp) [ "$(wc -c)" = 1024 ] && [ "$3" = container:/app ] || exit 1 ;;
rm) ;;
image) case $6 in ${cases.join(' ')} odd) echo '{' ;; *) exit 1 ;; esac ;;
*) exit 1 ;;
esac
`
  writeFileSync(path.join(folder, 'docker'), script, { mode: 0o755 })
  writeFileSync(path.join(folder, 'called'), '')
  const file = path.join(folder, 'Dockerfile')
  writeFileSync(file, dockerfile)
  const env = { PATH: process.env['PATH'] ?? '' }
  const request = { context: folder, file, buildArgs, target, platforms: [] }
  const message = await refuseOtherImages(request, [], null, env).then(
    () => null,
    ({ message, remedy }: Error & { remedy?: string }) => `${message} ${remedy}`,
  )
  const found = /than BuildKit would: (.*)\. Nothing was pushed\./.exec(message ?? '')?.[1] ?? null
  return { message, found, asked: readFileSync(path.join(folder, 'called'), 'utf8').trim().split('\n') }
}

const ofEnv = '$NODE_VERSION, an ARG with the name of an ENV'
test.each<[string, string | null]>([
  ['FROM node\nARG NODE_VERSION=18\nLABEL v=$NODE_VERSION', `${ofEnv} (line 3)`],
  ['FROM node AS a\nFROM plain\nCOPY --from=a /x /x', null],
  ['FROM node AS a\nARG NODE_VERSION=18\nRUN x $NODE_VERSION\nFROM plain', `${ofEnv} (line 3)`],
  ['FROM node AS a\nFROM a\nARG NODE_VERSION=18\nRUN x $NODE_VERSION', `${ofEnv} (line 4)`],
  ['ARG NODE_VERSION=18\nFROM node', null],
  ['FROM node\nARG NODE_VERSION=20.11.1\nLABEL v=$NODE_VERSION', null],
  ['FROM node\nARG NODE_VERSION=18\nENV NODE_VERSION=18\nLABEL v=$NODE_VERSION', null],
  ['FROM node\nARG NODE_VERSION=18\nFROM node\nLABEL v=$NODE_VERSION', null],
  [`FROM node\nARG EMPTY=x\nLABEL v=\${EMPTY}`, '$EMPTY, an ARG with the name of an ENV (line 3)'],
  ['FROM db\nRUN echo 1 > /var/lib/db/x', 'RUN that names /var/lib/db, a VOLUME of the base image (line 2)'],
  [
    'FROM db AS a\nFROM a\nRUN fill "/var/lib/db"',
    'RUN that names /var/lib/db, a VOLUME of the base image (line 3)',
  ],
  ['FROM db\nRUN apk add x > /var/lib/dbx && ls /var/lib\nCOPY f /var/lib/db/', null],
  ['FROM parent\nLABEL v=$V', 'COPY --link (line 1)'],
  [
    'FROM parent AS a\nFROM a\nLABEL v=$V',
    'COPY --link (line 1), $V, an ARG of the stage that this one is based on (line 3)',
  ],
  ['FROM apptrigger', 'WORKDIR after USER (line 1)'],
  ['FROM apptrigger AS a\nFROM a\nRUN x', 'WORKDIR after USER (line 1)'],
  ['FROM plain\nFROM missing\nFROM odd\nRUN x', null],
])('%j: %j', async (text, expected) => {
  expect((await check(text)).found).toBe(expected)
})

test('the error says what to do, and that nothing was pushed', async () => {
  const { message } = await check('FROM node\nARG NODE_VERSION\nRUN x $NODE_VERSION', ['NODE_VERSION=18'])
  expect(message).toBe(
    `docker builds without BuildKit here, and that builder has made another image of ${folder}/Dockerfile than BuildKit would: ${ofEnv} (line 3). Nothing was pushed. install buildx with docker/setup-buildx-action in a step before this one; or give that ARG another name than the ENV has.`,
  )
  expect((await check('FROM db\nRUN x /var/lib/db')).message).toMatch(
    /; or leave that folder to the containers, as it discards what a RUN writes there\.$/,
  )
})

test('folders are asked for if they decide, and the container goes', async () => {
  expect((await check('FROM apptrigger')).asked).toEqual([
    'image inspect --format {{json .Config}} -- apptrigger',
    'create --pull=never -- apptrigger /none',
    'cp - container:/srv/x',
    'cp - container:/app',
    'rm --force -- container',
  ])
  expect((await check('FROM app\nWORKDIR /srv/x')).asked).toHaveLength(1)
})

test('each base image is asked for once, up to the stage that is built', async () => {
  const text = 'ARG B=node\nFROM $B AS a\nFROM a AS b\nFROM node AS c\nFROM scratch\nFROM db AS d\nFROM plain'
  const inspect = (name: string) => `image inspect --format {{json .Config}} -- ${name}`
  expect((await check(text, [], 'd')).asked).toEqual([inspect('node'), inspect('db')])
})
