import { gzipSync } from 'node:zlib'
import type { Effect, Match } from '../../local-ecr/index.ts'
import type { LimitName } from '../../src/shared/limits.ts'
import type { EngineName } from './parts.ts'

/** Where in a run a request is that a fault meets, and what the run needs to come by there. */
export interface Stage {
  readonly match: Match
  readonly inputs?: Readonly<Record<string, string>>
  /** The repository is not there before. */
  readonly absent?: true
  /** What has to fail before such a request is made at all. */
  readonly after?: Match
  /** The run attests, or waits for ECR's own signing. */
  readonly signs?: 'attest' | 'managed'
  /** Whose retries count: the SDK's, docker's and buildx's, or our own registry client's. */
  readonly by: 'sdk' | 'docker' | 'us'
}

const push = { side: 'registry', region: 'ap-northeast-2' } as const

export const STAGES = {
  role: { by: 'sdk', match: { operation: 'AssumeRole' }, inputs: { 'role-to-assume': 'ROLE' } },
  token: { by: 'sdk', match: { operation: 'GetAuthorizationToken' } },
  find: { by: 'sdk', match: { operation: 'DescribeRepositories' } },
  create: { by: 'sdk', match: { operation: 'CreateRepository' }, absent: true },
  // docker logs in only if the registry does not tell our own client that it accepts the token.
  login: {
    by: 'docker',
    match: { ...push, operation: 'Ping', userAgent: 'docker/' },
    after: { ...push, operation: 'Ping', userAgent: 'ecr-build-push' },
  },
  base: { by: 'docker', match: { ...push, repository: 'BASE', operation: 'BatchGetImage' } },
  'blob check': { by: 'docker', match: { ...push, operation: 'BatchCheckLayerAvailability' } },
  'upload begin': { by: 'docker', match: { ...push, operation: 'InitiateLayerUpload' } },
  'upload part': { by: 'docker', match: { ...push, operation: 'UploadLayerPart' } },
  'upload end': { by: 'docker', match: { ...push, operation: 'CompleteLayerUpload' } },
  manifest: { by: 'docker', match: { ...push, method: 'PUT', path: '/manifests/v1' } },
  tag: { by: 'us', match: { ...push, method: 'PUT', path: '/manifests/v2' } },
  copy: {
    by: 'us',
    match: { side: 'registry', region: 'us-east-1', operation: 'InitiateLayerUpload' },
    inputs: { registries: 'us-east-1' },
  },
  'copied blob': {
    by: 'us',
    match: { side: 'registry', region: 'us-east-1', operation: 'CompleteLayerUpload' },
    inputs: { registries: 'us-east-1' },
  },
  'copied manifest': {
    by: 'us',
    match: { side: 'registry', region: 'us-east-1', method: 'PUT', path: '/manifests/' },
    inputs: { registries: 'us-east-1' },
  },
  // Without a summary, nobody asks before the build what the tags hold, which no run waits for.
  'read back': { by: 'sdk', match: { operation: 'DescribeImages' }, inputs: { summary: 'false' } },
  scan: {
    by: 'sdk',
    match: { operation: 'DescribeImageScanFindings' },
    inputs: { 'fail-on-severity': 'CRITICAL' },
  },
  // Asked first before the build, for no image at all.
  referrers: { by: 'sdk', match: { operation: 'ListImageReferrers' }, signs: 'attest' },
  'referrer list': { by: 'us', match: { ...push, method: 'GET', path: '/referrers/' }, signs: 'attest' },
  referrer: { by: 'us', match: { ...push, method: 'PUT', path: '/manifests/sha256:' }, signs: 'attest' },
  'signing status': {
    by: 'sdk',
    match: { operation: 'DescribeImageSigningStatus' },
    inputs: { 'wait-for-signing': 'true' },
    signs: 'managed',
  },
} as const satisfies Record<string, Stage>

export type StageName = keyof typeof STAGES

/** What goes wrong, what the log calls it, and whether it can pass. */
export interface Fault {
  readonly effect: Effect
  readonly said: RegExp
  /** Trying again is no use. */
  readonly lasting?: true
  /** What the run waits for at most in npm test; the soak waits as long as a user does. */
  readonly limits?: Readonly<Partial<Record<LimitName, number>>>
}

const HTML = '<html><head><title>503</title></head><body><h1>Service Unavailable</h1></body></html>'
const registry = (status: number, code: string, message: string, headers: Record<string, string> = {}) =>
  ({
    kind: 'status',
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify({ errors: [{ code, message }] }),
  }) as const
const BROKEN =
  /ECONNRESET|socket hang up|reset by peer|\bEOF\b|broken pipe|aborted|hang up|terminated|closed|connection broken/i

const SILENT = /no whole answer of \S+ within/
/** A healthy answer takes some milliseconds here. */
const SOON = { awsAnswerMs: 3000 } as const

export const API_FAULTS = {
  throttled: { effect: { kind: 'throttle' }, said: /ThrottlingException|Rate exceeded/ },
  'server error': {
    effect: { kind: 'error', name: 'ServerException', message: 'Something went wrong', status: 500 },
    said: /ServerException|Something went wrong/,
  },
  'a page of 503': {
    effect: { kind: 'status', status: 503, body: HTML, headers: { 'content-type': 'text/html' } },
    said: /503/,
  },
  dropped: { effect: { kind: 'drop' }, said: BROKEN },
  'answer lost': { effect: { kind: 'drop', when: 'before the answer' }, said: BROKEN },
  'answer broken off': { effect: { kind: 'drop', when: 'in the answer' }, said: BROKEN },
  silence: { effect: { kind: 'hang', when: 'before the answer' }, said: SILENT, limits: SOON },
  'silence in the headers': { effect: { kind: 'hang', when: 'in the headers' }, said: SILENT, limits: SOON },
  'silence in the body': { effect: { kind: 'hang', when: 'in the answer' }, said: SILENT, limits: SOON },
  'a body byte by byte': {
    effect: { kind: 'drip', everyMs: 100, when: 'in the answer' },
    said: SILENT,
    limits: SOON,
  },
  'a body without an end': { effect: { kind: 'endless' }, said: /the answer of \S+ is larger than/ },
  'a redirection': {
    effect: { kind: 'status', status: 307, headers: { location: 'https://portal.example/' } },
    said: /307 Temporary Redirect and points to portal\.example, which is no answer of AWS/,
    lasting: true,
  },
  'a page of 200': {
    effect: { kind: 'status', status: 200, body: HTML, headers: { 'content-type': 'text/html' } },
    said: /200 OK with a body of type text\/html, which is no answer of AWS/,
    lasting: true,
  },
  'a compressed body': {
    effect: {
      kind: 'status',
      status: 200,
      bodyBase64: gzipSync('{}').toString('base64'),
      headers: { 'content-type': 'application/x-amz-json-1.1', 'content-encoding': 'gzip' },
    },
    said: /a compressed body \(gzip\) that nobody asked for, which is no answer of AWS/,
    lasting: true,
  },
  denied: { effect: { kind: 'deny' }, said: /not authorized to perform/, lasting: true },
  'expired credentials': {
    effect: {
      kind: 'error',
      name: 'ExpiredTokenException',
      message: 'The security token included in the request is expired',
    },
    said: /token included in the request is expired/,
    lasting: true,
  },
} as const satisfies Record<string, Fault>

export const REGISTRY_FAULTS = {
  '429': { effect: { kind: 'throttle' }, said: /toomanyrequests|429/i },
  '429, later': {
    effect: registry(429, 'TOOMANYREQUESTS', 'Rate exceeded', { 'retry-after': '1' }),
    said: /toomanyrequests|429/i,
  },
  '500': { effect: registry(500, 'UNKNOWN', 'unknown error'), said: /500|unknown error/i },
  'a page of 503': {
    effect: { kind: 'status', status: 503, body: HTML, headers: { 'content-type': 'text/html' } },
    said: /503|Service Unavailable/i,
  },
  dropped: { effect: { kind: 'drop' }, said: BROKEN },
  'broken upload': { effect: { kind: 'drop', when: 'in the request' }, said: BROKEN },
  'answer lost': { effect: { kind: 'drop', when: 'before the answer' }, said: BROKEN },
  'answer broken off': { effect: { kind: 'drop', when: 'in the answer' }, said: BROKEN },
  'expired token': { effect: { kind: 'expire' }, said: /token has expired/ },
  denied: { effect: { kind: 'deny' }, said: /denied|403|not authorized/i, lasting: true },
  'not found': {
    effect: registry(404, 'NAME_UNKNOWN', "The repository with name 'x' does not exist in the registry"),
    said: /name unknown|does not exist|not found|404/i,
    lasting: true,
  },
  immutable: {
    effect: registry(
      400,
      'TAG_INVALID',
      "The image tag 'v1' already exists in the 'x' repository and cannot be overwritten because the tag is immutable.",
    ),
    said: /immutable/,
    lasting: true,
  },
  invalid: {
    effect: registry(400, 'DIGEST_INVALID', 'provided digest did not match uploaded content'),
    said: /digest invalid|did not match|400/i,
    lasting: true,
  },
} as const satisfies Record<string, Fault>

export type FaultName = keyof typeof API_FAULTS | keyof typeof REGISTRY_FAULTS

/** One run, with what is to go wrong in it. */
export interface Cell {
  readonly stage: StageName
  readonly fault: FaultName
  readonly times: number
}

export function faultOf({ stage, fault }: Pick<Cell, 'stage' | 'fault'>): Fault {
  const faults: Record<string, Fault> = STAGES[stage].by === 'sdk' ? API_FAULTS : REGISTRY_FAULTS
  const found = faults[fault]
  if (found === undefined) throw new Error(`${stage} has no fault '${fault}'`)
  return found
}

export const nameOf = ({ stage, fault }: Cell) => `${stage}: ${fault}`

/** What an engine itself has a part in. */
const ENGINES = (Object.keys(STAGES) as StageName[]).filter((stage) => STAGES[stage].by === 'docker')

/**
 * What npm test runs: of each who retries (the SDK, docker, our own client), on each engine, what can pass and what
 * cannot, at the stages that differ most; 429 and an expired token are in push-again.test.ts. What dockerd says of an
 * immutable tag is in unit/docker/failures, and the retry of its push in 'broken upload'. Every fault of each of them alone is in the unit tests of the SDK's adapters
 * and of the registry's client; every fault at every stage is in the soak.
 */
const QUICK: Readonly<Record<EngineName, readonly (readonly [StageName, FaultName])[]>> = {
  current: [
    ['find', 'expired credentials'],
    ['create', 'answer lost'],
    ['login', 'dropped'],
    ['base', '500'],
    ['manifest', 'immutable'],
    ['tag', 'answer lost'],
    ['copied blob', 'broken upload'],
    ['referrer', 'answer lost'],
  ],
  old: [
    ['login', 'denied'],
    ['upload part', 'broken upload'],
    ['manifest', 'expired token'],
  ],
}

/**
 * Whether a run on that engine has such a request: BuildKit sends a blob with the request that ends its upload, dockerd
 * in parts before it; and only a request with a body can break off in it. A tag is immutable where it is put; a token
 * is looked at where something is pushed; what is not found at a blob is the blob; and who may not describe images may
 * still get them.
 */
function isPossible(engine: EngineName, stage: StageName, fault: FaultName): boolean {
  if (stage === 'upload part' && engine === 'current') return false
  if (fault === 'immutable') return /manifest|tag/.test(stage)
  if (fault === 'not found' && /^(?:blob check|upload part|upload end)$/.test(stage)) return false
  if (fault === 'expired token' && /^(?:login|base|blob check|referrer list)$/.test(stage)) return false
  // A registry without such a list is another matter.
  if (fault === 'not found' && stage === 'referrer list') return false
  if (fault === 'denied' && stage === 'read back') return false
  if (fault !== 'broken upload') return true
  return stage === 'copied blob' || stage === (engine === 'current' ? 'upload end' : 'upload part')
}

/**
 * The cells for an engine: some of them, or with FAULTS=all in the environment, as dev/soak.ts sets it, every fault at
 * every stage. What can pass is met once, what cannot is met each time.
 */
export function cellsFor(engine: EngineName): Cell[] {
  const stages = engine === 'current' ? (Object.keys(STAGES) as StageName[]) : ENGINES
  const pairs =
    process.env['FAULTS'] === 'all'
      ? stages.flatMap((stage) =>
          Object.keys(STAGES[stage].by === 'sdk' ? API_FAULTS : REGISTRY_FAULTS).map(
            (fault) => [stage, fault as FaultName] as const,
          ),
        )
      : QUICK[engine]
  return pairs
    .filter(([stage, fault]) => isPossible(engine, stage, fault))
    .map(([stage, fault]) => {
      const { lasting } = faultOf({ stage, fault }) as Fault
      return { stage, fault, times: lasting ? Infinity : 1 }
    })
}
