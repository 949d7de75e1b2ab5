import { randomUUID } from 'node:crypto'
import { Dropped, Verbatim } from '../faults/failures.ts'
import { carryOut, type Service } from '../service/service.ts'
import { EcrError } from '../store/errors.ts'
import { PUBLIC } from '../store/names.ts'
import type { Caller } from '../store/types.ts'
import { type SignedRequest, verify } from './sigv4.ts'
import { sts, stsError, stsInput, UNSIGNED } from './sts.ts'

/** An answer, before it is sent. */
export interface ApiResponse {
  readonly status: number
  readonly headers: Record<string, string>
  readonly body: string | Uint8Array
}

/** The prefixes of X-Amz-Target. https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html */
const targets: Record<string, 'ecr' | 'ecr-public'> = {
  AmazonEC2ContainerRegistry_V20150921: 'ecr',
  SpencerFrontendService: 'ecr-public',
}

/**
 * Answers a request to the API of ECR or ECR Public (AWS JSON 1.1) or to STS (AWS query). The HTTP server and the SDK's
 * in-process handler both call it.
 * @throws Dropped if the connection is to end without a whole answer
 */
export async function answer(service: Service, request: SignedRequest): Promise<ApiResponse> {
  const requestId = randomUUID()
  const isSts = (request.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded')
  try {
    if (isSts && operationOf(request, true) === UNSIGNED && !request.headers.authorization)
      return await identity(service, null, request, requestId)
    const { caller, service: signedFor } = authenticated(service, request, isSts)
    const asked = isSts ? 'sts' : (targetOf(request).service ?? 'ecr')
    if (signedFor !== asked)
      throw new EcrError(
        'InvalidSignatureException',
        `Credential should be scoped to correct service: '${asked}'.`,
      )
    return isSts
      ? await identity(service, caller, request, requestId)
      : await operation(service, caller, request, requestId)
  } catch (error) {
    if (error instanceof Dropped) throw error
    if (error instanceof Verbatim) return { status: error.status, headers: error.headers, body: error.body }
    return isSts ? xmlError(asEcrError(error), requestId) : jsonError(asEcrError(error), requestId)
  }
}

function operationOf(request: SignedRequest, isSts: boolean): string {
  if (isSts) return new URLSearchParams(textOf(request)).get('Action') ?? ''
  return targetOf(request).operation
}

function targetOf(request: SignedRequest): { service?: 'ecr' | 'ecr-public'; operation: string } {
  const [prefix = '', operation = ''] = (request.headers['x-amz-target'] ?? '').split('.')
  const service = targets[prefix]
  return service === undefined ? { operation: '' } : { service, operation }
}

const textOf = (request: SignedRequest) => Buffer.from(request.body).toString('utf8')

/** Verifies the signature. A request that fails here reaches no operation, so it is recorded here. */
function authenticated(service: Service, request: SignedRequest, isSts: boolean) {
  try {
    return verify(service.store, request)
  } catch (error) {
    service.recorder.add({
      time: new Date(),
      ms: 0,
      side: 'api',
      operation: operationOf(request, isSts),
      account: '',
      region: '',
      status: error instanceof EcrError ? error.status : 500,
      error: error instanceof Error ? error.name : 'ServerException',
      bytes: request.body.byteLength,
      ...about(request),
    })
    throw error
  }
}

function about(request: SignedRequest): { userAgent?: string } {
  const userAgent = request.headers['user-agent']
  return userAgent ? { userAgent } : {}
}

async function operation(
  service: Service,
  caller: Caller,
  request: SignedRequest,
  requestId: string,
): Promise<ApiResponse> {
  const name = operationOf(request, false)
  if (!name)
    throw new EcrError('UnknownOperationException', 'The X-Amz-Target header names no operation of ECR')
  const input = inputOf(request)
  const asked = targetOf(request).service ?? 'ecr'
  const output = await service.call(inRegionOf(caller, asked), name, input, {
    bytes: request.body.byteLength,
    ...about(request),
  })
  return {
    status: 200,
    headers: headers(requestId, { 'content-type': 'application/x-amz-json-1.1' }),
    body: JSON.stringify(wire(output)),
  }
}

/** @throws EcrError if ECR Public is asked in another region than its own */
function inRegionOf(caller: Caller, asked: 'ecr' | 'ecr-public'): Caller {
  if (asked === 'ecr') return caller
  if (caller.region === 'us-east-1') return { ...caller, region: PUBLIC }
  throw new EcrError(
    'InvalidSignatureException',
    "Credential should be scoped to a valid region. 'us-east-1' is the only one",
  )
}

function inputOf(request: SignedRequest): Record<string, unknown> {
  try {
    return JSON.parse(textOf(request) || '{}') as Record<string, unknown>
  } catch {
    throw new EcrError('SerializationException', 'The request body is not JSON')
  }
}

async function identity(
  service: Service,
  caller: Caller | null,
  request: SignedRequest,
  requestId: string,
): Promise<ApiResponse> {
  const name = operationOf(request, true)
  const { account, region, arn } = caller ?? { account: '', region: '', arn: '' }
  const form = new URLSearchParams(textOf(request))
  const subject = { side: 'api' as const, operation: name, account, region }
  const seen = { caller: arn, input: stsInput(form), bytes: request.body.byteLength, ...about(request) }
  const body = await service.observed(subject, seen, async () => {
    const asking = { ...subject, ...about(request), caller: arn || (form.get('RoleArn') ?? '') }
    const after = await service.faults.meet(asking, arn, '*')
    return { status: 200, result: await carryOut(after, () => sts(service.store, caller, form, requestId)) }
  })
  return { status: 200, headers: headers(requestId, { 'content-type': 'text/xml' }), body }
}

/** The output as JSON has it: dates are seconds since the epoch. */
function wire(value: unknown): unknown {
  if (value instanceof Date) return value.getTime() / 1000
  if (Array.isArray(value)) return value.map(wire)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([member, held]) => [member, wire(held)]))
}

function headers(requestId: string, more: Record<string, string>): Record<string, string> {
  return { 'x-amzn-requestid': requestId, ...more }
}

function jsonError(error: EcrError, requestId: string): ApiResponse {
  return {
    status: error.status,
    headers: headers(requestId, {
      'content-type': 'application/x-amz-json-1.1',
      'x-amzn-errortype': error.name,
    }),
    body: JSON.stringify({ __type: error.name, message: error.message }),
  }
}

function xmlError(error: EcrError, requestId: string): ApiResponse {
  const { status, body } = stsError(error, requestId)
  return { status, headers: headers(requestId, { 'content-type': 'text/xml' }), body }
}

function asEcrError(error: unknown): EcrError {
  if (error instanceof EcrError) return error
  return new EcrError('ServerException', error instanceof Error ? error.message : String(error), 500)
}
