import type { Effect, Match } from '../../dev/local-ecr/faults.ts'
import type { EngineName } from './parts.ts'

/** Where in a run a request is that a fault meets, and what the run needs to come by there. */
export interface Stage {
  readonly match: Match
  readonly inputs?: Readonly<Record<string, string>>
  /** The repository is not there before. */
  readonly absent?: true
  /** Whose retries count: the SDK's, docker's and buildx's, or our own registry client's. */
  readonly by: 'sdk' | 'docker' | 'us'
}

const push = { side: 'registry', region: 'ap-northeast-2' } as const

export const STAGES = {
  role: { by: 'sdk', match: { operation: 'AssumeRole' }, inputs: { 'role-to-assume': 'ROLE' } },
  token: { by: 'sdk', match: { operation: 'GetAuthorizationToken' } },
  find: { by: 'sdk', match: { operation: 'DescribeRepositories' } },
  create: { by: 'sdk', match: { operation: 'CreateRepository' }, absent: true },
  // Our own client opens connections with the same request.
  login: { by: 'docker', match: { ...push, operation: 'Ping', userAgent: 'docker/' } },
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
  'copied manifest': {
    by: 'us',
    match: { side: 'registry', region: 'us-east-1', method: 'PUT', path: '/manifests/' },
    inputs: { registries: 'us-east-1' },
  },
  'read back': { by: 'sdk', match: { operation: 'DescribeImages' } },
  scan: {
    by: 'sdk',
    match: { operation: 'DescribeImageScanFindings' },
    inputs: { 'fail-on-severity': 'CRITICAL' },
  },
} as const satisfies Record<string, Stage>

export type StageName = keyof typeof STAGES

/** What goes wrong, what the log calls it, and whether it can pass. */
export interface Fault {
  readonly effect: Effect
  readonly said: RegExp
  /** Trying again is no use. */
  readonly lasting?: true
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
  /ECONNRESET|socket hang up|reset by peer|\bEOF\b|broken pipe|aborted|hang up|terminated|closed/i

export const API_FAULTS = {
  throttled: { effect: { kind: 'throttle' }, said: /ThrottlingException|Rate exceeded/ },
  'server error': {
    effect: { kind: 'error', name: 'ServerException', message: 'Something went wrong', status: 500 },
    said: /ServerException|Something went wrong/,
  },
  'a page of 503': {
    effect: { kind: 'status', status: 503, body: HTML, headers: { 'content-type': 'text/html' } },
    said: /503|Service Unavailable|UnknownError|Deserialization|Expected/i,
  },
  dropped: { effect: { kind: 'drop' }, said: BROKEN },
  'answer lost': { effect: { kind: 'drop', when: 'before the answer' }, said: BROKEN },
  'answer broken off': { effect: { kind: 'drop', when: 'in the answer' }, said: BROKEN },
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
  'expired token': { effect: { kind: 'expire' }, said: /authorization token has expired/ },
  denied: { effect: { kind: 'deny' }, said: /denied|403|not authorized/i, lasting: true },
  'not found': {
    effect: registry(404, 'NAME_UNKNOWN', "The repository with name 'x' does not exist in the registry"),
    said: /name unknown|does not exist|404/i,
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

/** Every fault at every stage: once, and for ever. */
export function everyCell(): Cell[] {
  return (Object.keys(STAGES) as StageName[]).flatMap((stage) =>
    Object.keys(STAGES[stage].by === 'sdk' ? API_FAULTS : REGISTRY_FAULTS).flatMap((fault) =>
      [1, Infinity].map((times) => ({ stage, fault: fault as FaultName, times })),
    ),
  )
}

export type { EngineName }
