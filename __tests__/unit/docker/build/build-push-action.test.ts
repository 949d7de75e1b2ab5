import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { argumentsFor, type Desk, JOB, type Job } from '../../../support/arguments.ts'

// The cases of docker/build-push-action's own table of inputs and arguments, number by number, with values of our
// own: what the user asks for there becomes the same here. Differences, and why, are listed in docs/build.md.

const OWN = `https://github.com/acme/shop.git#${JOB.GITHUB_SHA}`
const RUN = 'https://github.com/acme/shop/actions/runs/4711/attempts/2'

let desk: Desk

beforeEach(() => {
  const cwd = mkdtempSync(path.join(os.tmpdir(), 'workspace-'))
  writeFileSync(path.join(cwd, 'Dockerfile'), 'FROM scratch\n')
  mkdirSync(path.join(cwd, 'images'))
  writeFileSync(path.join(cwd, 'images', 'web.Dockerfile'), 'FROM scratch\n')
  writeFileSync(path.join(cwd, 'token.txt'), 'x')
  desk = { cwd, folder: mkdtempSync(path.join(os.tmpdir(), 'step-')) }
})

afterEach(() => {
  rmSync(desk.cwd, { recursive: true })
  rmSync(desk.folder, { recursive: true })
})

interface Case {
  readonly given: Record<string, string>
  /** The arguments besides those of a tag, the Dockerfile and the result files. */
  readonly expected: string[]
  readonly context?: string
  readonly job?: Job
  /** There is no image, and so no ID of one. */
  readonly noImageId?: true
}

const git = { context: OWN }
const full = {
  ...git,
  platforms: 'linux/amd64,linux/arm64',
  file: './images/web.Dockerfile',
  builder: 'remote-1',
  push: 'true',
}
const fullExpected = [
  '--platform=linux/amd64,linux/arm64',
  '--file=./images/web.Dockerfile',
  '--builder=remote-1',
  '--push',
]

const cases: Record<string, Case> = {
  '0, 5: a folder': { given: { context: '.' }, expected: [], job: { version: '0.4.1' } },
  '1: build arguments with commas and line breaks': {
    given: { context: '{{defaultContext}}', 'build-args': 'LIST=a,b,c\nONE=1\n"TEXT=first\nsecond\nthird"' },
    expected: ['--build-arg=LIST=a,b,c', '--build-arg=ONE=1', '--build-arg=TEXT=first\nsecond\nthird'],
    context: OWN,
  },
  '2: several tags': {
    given: { tags: '1.4, latest' },
    expected: ['--tag=registry/demo-service:1.4', '--tag=registry/demo-service:latest'],
  },
  '3: labels with commas, an output': {
    given: { labels: 'app.title=shop\napp.text=sells, ships, and bills', outputs: 'type=local,dest=./out' },
    expected: [
      '--label=app.title=shop',
      '--label=app.text=sells, ships, and bills',
      '--output=type=local,dest=./out',
    ],
    noImageId: true,
  },
  '4: several platforms': {
    given: { platforms: 'linux/amd64,linux/arm64' },
    expected: ['--platform=linux/amd64,linux/arm64'],
    job: { version: '0.4.2' },
  },
  '6: a secret with an equals sign': {
    given: { secrets: 'GIT_AUTH_TOKEN=left=right' },
    expected: ['--secret=id=GIT_AUTH_TOKEN,src=STEP/secret-0'],
  },
  '7: a folder as the output, the token for the Git context': {
    given: { context: '{{defaultContext}}', 'github-token': 'ghs_x', outputs: './out' },
    expected: ['--output=./out', '--secret=id=GIT_AUTH_TOKEN.github.com,src=STEP/secret-0'],
    context: OWN,
    noImageId: true,
  },
  '8: a Git context with everything': {
    given: { ...full, secrets: 'GIT_AUTH_TOKEN=left=right' },
    expected: [...fullExpected, '--secret=id=GIT_AUTH_TOKEN,src=STEP/secret-0'],
    context: OWN,
  },
  '9: secrets with commas, line breaks and empty lines': {
    given: { ...full, secrets: 'A=x,y=z\n"B=one\ntwo\nthree"\nC=c\n"D=one\n\nthree\nfour"' },
    expected: [
      ...fullExpected,
      ...['A', 'B', 'C', 'D'].map((id, index) => `--secret=id=${id},src=STEP/secret-${index}`),
    ],
    context: OWN,
  },
  '11: a secret file, a network': {
    given: { ...git, 'secret-files': 'TOKEN=token.txt', network: 'host', push: 'true' },
    expected: ['--secret=id=TOKEN,src=WORKSPACE/token.txt', '--network=host', '--push'],
    context: OWN,
  },
  '12: quotes in a label': {
    given: { labels: 'app.title=top_n\napp.text=the "top (n)" report', outputs: 'type=local,dest=./out' },
    expected: [
      '--label=app.title=top_n',
      '--label=app.text=the "top (n)" report',
      '--output=type=local,dest=./out',
    ],
    noImageId: true,
  },
  '13: hosts with commas': {
    given: { 'add-hosts': 'db:10.1.0.1,web:10.1.0.2', network: 'host', push: 'true' },
    expected: ['--add-host=db:10.1.0.1', '--add-host=web:10.1.0.2', '--network=host', '--push'],
  },
  '14: hosts in lines, control group, shared memory, limits': {
    given: {
      'add-hosts': 'db:10.1.0.1\nweb:10.1.0.2',
      'cgroup-parent': 'builds',
      'shm-size': '1g',
      ulimit: 'nofile=512:1024\nnproc=9',
    },
    expected: [
      '--add-host=db:10.1.0.1',
      '--add-host=web:10.1.0.2',
      '--cgroup-parent=builds',
      '--shm-size=1g',
      '--ulimit=nofile=512:1024',
      '--ulimit=nproc=9',
    ],
  },
  '15: a folder of the Git context': {
    given: { context: '{{defaultContext}}:images' },
    expected: [],
    context: `${OWN}:images`,
  },
  '16: that, with the token': {
    given: { context: '{{defaultContext}}:images', 'github-token': 'ghs_x' },
    expected: ['--secret=id=GIT_AUTH_TOKEN.github.com,src=STEP/secret-0'],
    context: `${OWN}:images`,
  },
  '18, 24, 28: no attestation is asked for': { given: { load: 'true' }, expected: ['--load'] },
  '19: provenance: true': {
    given: { provenance: 'true' },
    expected: [`--attest=type=provenance,builder-id=${RUN}`],
  },
  '20: provenance with a mode': {
    given: { provenance: 'mode=max' },
    expected: [`--attest=type=provenance,mode=max,builder-id=${RUN}`],
  },
  '21: provenance: false': {
    given: { provenance: 'false' },
    expected: ['--attest=type=provenance,disabled=true'],
  },
  '22: provenance with a builder of the user’s': {
    given: { provenance: 'builder-id=acme' },
    expected: ['--attest=type=provenance,builder-id=acme'],
  },
  '23: the exporter docker': { given: { outputs: 'type=docker' }, expected: ['--output=type=docker'] },
  '25: a hash in a build argument': {
    given: { 'build-args': 'A=b#c', load: 'true' },
    expected: ['--build-arg=A=b#c', '--load'],
  },
  '26: secrets from the environment, in lines': {
    given: { 'secret-envs': 'a=HERE\nb=THERE' },
    expected: ['--secret=id=a,env=HERE', '--secret=id=b,env=THERE'],
    job: { env: { HERE: '1', THERE: '2' } },
  },
  '27: secrets from the environment, with commas': {
    given: { 'secret-envs': 'a=HERE,b=THERE' },
    expected: ['--secret=id=a,env=HERE', '--secret=id=b,env=THERE'],
    job: { env: { HERE: '1', THERE: '2' } },
  },
  '29: annotations': {
    given: { annotations: 'a=1\nindex:b=2\nmanifest:c=3\nmanifest-descriptor[linux/amd64]:d=4' },
    expected: [
      '--annotation=a=1',
      '--annotation=index:b=2',
      '--annotation=manifest:c=3',
      '--annotation=manifest-descriptor[linux/amd64]:d=4',
    ],
    job: { version: '0.12.0' },
  },
  '30: quotes in an output': {
    given: {
      outputs: 'type=image,"name=registry/a:1,registry/a:2",name-canonical=true,push=true',
      push: 'true',
    },
    expected: [
      '--output=type=image,"name=registry/a:1,registry/a:2",name-canonical=true,push=true',
      '--push',
    ],
  },
  '31: provenance and sbom': {
    given: { provenance: 'mode=max', sbom: 'true' },
    expected: [`--attest=type=provenance,mode=max,builder-id=${RUN}`, '--attest=type=sbom,disabled=false'],
  },
  '32: provenance takes precedence over attests': {
    given: { attests: 'type=provenance,mode=min', provenance: 'mode=max' },
    expected: [`--attest=type=provenance,mode=max,builder-id=${RUN}`],
  },
  '33: provenance in attests': {
    given: { attests: 'type=provenance,mode=min' },
    expected: [`--attest=type=provenance,mode=min,builder-id=${RUN}`],
  },
  '35, 36: a server of one’s own': {
    given: { context: '{{defaultContext}}', 'github-token': 'ghs_x', provenance: 'mode=max' },
    expected: [
      '--secret=id=GIT_AUTH_TOKEN.ghe.example:8443,src=STEP/secret-0',
      '--attest=type=provenance,mode=max,builder-id=https://ghe.example:8443/acme/shop/actions/runs/4711/attempts/2',
    ],
    context: `https://ghe.example:8443/acme/shop.git#${JOB.GITHUB_SHA}`,
    job: { env: { GITHUB_SERVER_URL: 'https://ghe.example:8443' } },
  },
}

test.each(Object.entries(cases))('%s', async (_, { given, expected, context, job = {}, noImageId }) => {
  const { options, context: built } = await argumentsFor({ push: 'false', ...given }, desk, job)
  expect(built).toBe(context ?? 'WORKSPACE')
  const ours = [
    ...(given['tags'] === undefined ? ['--tag=registry/demo-service:v1'] : []),
    ...(context === undefined ? ['--file=WORKSPACE/Dockerfile'] : []),
    ...(noImageId ? [] : ['--iidfile=STEP/iid']),
    ...(/^0\.4/.test(job.version ?? '') ? [] : ['--metadata-file=STEP/metadata.json']),
  ]
  expect(options).toEqual([...ours, ...expected].sort())
})

// Kept differences: an error where build-push-action warns and goes on without what was asked for.
test('10: a secret of several lines without quotes is an error', async () => {
  const secrets = 'A=x\nB=one\ntwo\nthree\nC=c'
  await expect(argumentsFor({ secrets }, desk)).rejects.toThrow(
    "Input 'secrets': item 3 of 5 is not ID=value",
  )
})
