import type { Value } from './parse.ts'
import { type Permissions, readPermissions } from './permissions.ts'

// A workflow by what the runner knows of it. Whatever else stands in one is an error, and is not left out.

type Map = { readonly [key: string]: Value }

export interface Workflow {
  /** The name of its file. */
  readonly file: string
  readonly name: string
  readonly on: Map
  readonly permissions: Permissions | undefined
  readonly concurrency: Value | undefined
  readonly env: Value | undefined
  readonly defaults: Value | undefined
  readonly jobs: readonly Job[]
}

export interface Job {
  readonly key: string
  readonly where: string
  readonly name: Value | undefined
  readonly needs: readonly string[]
  readonly if: Value | undefined
  readonly permissions: Permissions | undefined
  readonly concurrency: Value | undefined
  readonly outputs: Map
  readonly matrix: Value | undefined
  readonly failFast: Value | undefined
  /** Of a job that calls a workflow; null for one with steps. */
  readonly call: Call | null
  readonly runsOn: Value | undefined
  readonly environment: Value | undefined
  readonly env: Value | undefined
  readonly defaults: Value | undefined
  readonly timeoutMinutes: Value | undefined
  readonly steps: readonly Step[]
}

export interface Call {
  readonly uses: string
  readonly with: Map
  /** All of the caller's, or those that are named. */
  readonly secrets: 'inherit' | Map
}

export interface Step {
  readonly where: string
  readonly id: string | undefined
  readonly name: Value | undefined
  readonly if: Value | undefined
  readonly env: Value | undefined
  readonly continueOnError: Value | undefined
  readonly timeoutMinutes: Value | undefined
  /** One of both is there. */
  readonly uses: string | undefined
  readonly run: Value | undefined
  readonly with: Map
  readonly shell: Value | undefined
  readonly workingDirectory: Value | undefined
}

const isMap = (value: Value | undefined): value is Map =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** @throws Error for a member that is not among those that are known */
function membersOf(value: Value | undefined, where: string, known: readonly string[]): Map {
  if (value === undefined || value === null) return {}
  if (!isMap(value)) throw new Error(`${where} is not a map`)
  const unknown = Object.keys(value).filter((key) => !known.includes(key))
  if (unknown.length > 0)
    throw new Error(`${where} has ${unknown.join(', ')}, which the local runner does not know`)
  return value
}

const anyMap = (value: Value | undefined, where: string) =>
  membersOf(value, where, isMap(value) ? Object.keys(value) : [])

/**
 * A workflow of what GitHub's parser has read.
 * @throws Error for what is not known here, and where it stands
 */
export function workflowOf(root: Value, file: string): Workflow {
  const known = ['name', 'run-name', 'on', 'permissions', 'concurrency', 'env', 'defaults', 'jobs']
  const { name, on, permissions, concurrency, env, defaults, jobs } = membersOf(root, file, known)
  return {
    file,
    name: typeof name === 'string' ? name : file,
    on: triggersOf(on),
    permissions: readPermissions(permissions, file),
    concurrency,
    env,
    defaults,
    jobs: Object.entries(anyMap(jobs, file)).map(([key, job]) => jobOf(job, key, `${file}, job ${key}`)),
  }
}

function triggersOf(on: Value | undefined): Map {
  if (typeof on === 'string') return { [on]: null }
  if (Array.isArray(on)) return Object.fromEntries(on.map((one) => [String(one), null]))
  return anyMap(on, 'on')
}

function jobOf(value: Value, key: string, where: string): Job {
  const shared = ['name', 'needs', 'if', 'permissions', 'concurrency', 'strategy']
  const calling = ['uses', 'with', 'secrets']
  const own = ['runs-on', 'environment', 'outputs', 'env', 'defaults', 'timeout-minutes', 'steps']
  const calls = isMap(value) && 'uses' in value
  const job = membersOf(value, where, [...shared, ...(calls ? calling : own)])
  const strategy = membersOf(job['strategy'], `${where}, strategy`, ['matrix', 'fail-fast', 'max-parallel'])
  const steps = (job['steps'] ?? []) as readonly Value[]
  return {
    key,
    where,
    name: job['name'],
    needs: [job['needs'] ?? []].flat() as string[],
    if: job['if'],
    permissions: readPermissions(job['permissions'], where),
    concurrency: job['concurrency'],
    outputs: anyMap(job['outputs'], `${where}, outputs`),
    matrix: strategy['matrix'],
    failFast: strategy['fail-fast'],
    call: calls ? callOf(job, where) : null,
    runsOn: job['runs-on'],
    environment: job['environment'],
    env: job['env'],
    defaults: job['defaults'],
    timeoutMinutes: job['timeout-minutes'],
    steps: steps.map((step, index) => stepOf(step, `${where}, step ${index + 1}`)),
  }
}

function callOf(job: Map, where: string): Call {
  const secrets = job['secrets']
  return {
    uses: String(job['uses']),
    with: anyMap(job['with'], `${where}, with`),
    secrets: secrets === 'inherit' ? 'inherit' : anyMap(secrets, `${where}, secrets`),
  }
}

function stepOf(value: Value, where: string): Step {
  const shared = ['id', 'name', 'if', 'env', 'continue-on-error', 'timeout-minutes']
  const uses = isMap(value) && 'uses' in value
  const own = uses ? ['uses', 'with'] : ['run', 'shell', 'working-directory']
  const step = membersOf(value, where, [...shared, ...own])
  return {
    where,
    id: step['id'] === undefined ? undefined : String(step['id']),
    name: step['name'],
    if: step['if'],
    env: step['env'],
    continueOnError: step['continue-on-error'],
    timeoutMinutes: step['timeout-minutes'],
    uses: uses ? String(step['uses']) : undefined,
    run: step['run'],
    with: anyMap(step['with'], `${where}, with`),
    shell: step['shell'],
    workingDirectory: step['working-directory'],
  }
}

/** What a workflow takes and gives if it is called. */
export interface Interface {
  readonly inputs: Readonly<Record<string, InputDeclaration>>
  readonly secrets: Readonly<Record<string, { readonly required: boolean }>>
  readonly outputs: Map
}

export interface InputDeclaration {
  readonly type: 'string' | 'boolean' | 'number'
  readonly required: boolean
  readonly default: Value | undefined
}

/** @throws Error if the workflow cannot be called */
export function interfaceOf({ on, file }: Workflow): Interface {
  if (!('workflow_call' in on)) throw new Error(`${file} cannot be called: it has no workflow_call`)
  const call = membersOf(on['workflow_call'], `${file}, workflow_call`, ['inputs', 'secrets', 'outputs'])
  const secrets = Object.entries(anyMap(call['secrets'], `${file}, secrets`)).map(([name, value]) => {
    const secret = membersOf(value, `${file}, secret ${name}`, ['description', 'required'])
    return [name, { required: secret['required'] === true }] as const
  })
  const outputs = Object.entries(anyMap(call['outputs'], `${file}, outputs`)).map(([name, value]) => {
    const output = membersOf(value, `${file}, output ${name}`, ['description', 'value'])
    return [name, output['value'] ?? null] as const
  })
  return {
    inputs: declaredInputs(call['inputs'], file),
    secrets: Object.fromEntries(secrets),
    outputs: Object.fromEntries(outputs),
  }
}

/**
 * The inputs that whoever starts a workflow by hand fills in.
 * @throws Error for a declaration that the local runner does not know
 */
export function dispatchInputs({ on, file }: Workflow): Interface['inputs'] {
  return declaredInputs(
    membersOf(on['workflow_dispatch'], `${file}, workflow_dispatch`, ['inputs'])['inputs'],
    file,
  )
}

function declaredInputs(declared: Value | undefined, file: string): Interface['inputs'] {
  const inputs = Object.entries(anyMap(declared, `${file}, inputs`)).map(([name, value]) => {
    const where = `${file}, input ${name}`
    const input = membersOf(value, where, ['description', 'type', 'required', 'default'])
    const type = input['type']
    if (type !== 'string' && type !== 'boolean' && type !== 'number')
      throw new Error(`${where} has the type ${JSON.stringify(type)}, which is not known here`)
    return [name, { type, required: input['required'] === true, default: input['default'] }] as const
  })
  return Object.fromEntries(inputs)
}
