import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { parseSync } from '@swc/core'
import { root } from '../../dev/runner.ts'
import { DOCUMENTED_LIMITS, type LimitName } from '../../src/shared/limits.ts'

/** A limit, and the file that applies it: `here`, or one that this file imports, directly or by others. */
type Limits = Partial<Record<LimitName, string>>

/** Every client of AWS is made with these. */
const AWS_CLIENT: Limits = {
  awsAnswerMs: 'ecr/sdk/answer-limits.ts',
  awsBodyBytes: 'ecr/sdk/answer-limits.ts',
  awsCallMs: 'ecr/sdk/client.ts',
  credentialsMs: 'ecr/sdk/credentials.ts',
}

/**
 * Every file of src/ that waits for something outside of this process: it opens a connection, starts a process, creates
 * a client of AWS or GitHub, or reads what others write. Beside it, the limits that end each such wait.
 */
const WAITS: Readonly<Record<string, Limits>> = {
  // The client of the registry, and the connections of all clients.
  'registry/send-once.ts': {
    connectMs: 'shared/connections.ts',
    registryAnswerMs: 'here',
    transferWindowMs: 'registry/throughput.ts',
    transferBytesPerSecond: 'registry/throughput.ts',
  },
  'registry/http.ts': {
    connectMs: 'shared/connections.ts',
    smallBodyMs: 'here',
    unwantedBodyMs: 'here',
  },
  'registry/verifying-reader.ts': { transferWindowMs: 'registry/throughput.ts' },
  'shared/connections.ts': { connectMs: 'here' },
  'shared/proxy.ts': { connectMs: 'here' },

  // Processes.
  'docker/engine.ts': { processMs: 'here' },
  'docker/login/login.ts': { dockerLoginMs: 'here' },
  'docker/build/builder.ts': { processMs: 'here' },
  'docker/build/image-id.ts': { processMs: 'here' },
  'docker/build/engine-image.ts': { processMs: 'here' },
  'docker/build/classic.ts': { processMs: 'here', stallMs: 'docker/stall/watch.ts' },
  'docker/build/run.ts': {
    stallMs: 'docker/stall/watch.ts',
    silenceToldMs: 'docker/stall/watch.ts',
    progressBytesPerSecond: 'docker/stall/watch.ts',
  },
  'runner/checkout.ts': { processMs: 'here' },

  // What is beside an image, by the client of the registry.
  'actions/attest/existing.ts': { smallBodyMs: 'registry/http.ts' },
  'actions/provenance/search.ts': { smallBodyMs: 'registry/http.ts' },

  // AWS and GitHub.
  'aws/connect.ts': { connectMs: 'shared/connections.ts' },
  'aws/role.ts': AWS_CLIENT,
  'ecr/private/connect.ts': AWS_CLIENT,
  'ecr/public/connect.ts': AWS_CLIENT,
  'ecr/sdk/answer-limits.ts': { awsAnswerMs: 'here', awsBodyBytes: 'here' },
  'runner/github.ts': { githubFactMs: 'here', githubAnswerMs: 'runner/ask-github.ts' },
  'runner/attestation-store.ts': { githubStoreMs: 'here', githubAnswerMs: 'runner/ask-github.ts' },
}

/** Files that wait for what a caller gives them, together with a limit that each caller has to give. */
const LIMITED_BY_CALLERS: Readonly<Record<string, RegExp>> = {
  'docker/exec.ts': /^ {2}readonly limit: number \| Watch$/m,
}

/** Functions and classes that wait for somebody else, by the module that they come from. */
const OUTWARD: Readonly<Record<string, RegExp>> = {
  'node:http': /^(?:request|get|Agent)$/,
  'node:https': /^(?:request|get|Agent)$/,
  'node:http2': /^connect$/,
  'node:net': /^(?:connect|createConnection|Socket)$/,
  'node:tls': /^(?:connect|TLSSocket)$/,
  'node:dgram': /./,
  'node:dns': /./,
  'node:dns/promises': /./,
  'node:readline': /./,
  'node:readline/promises': /./,
  'node:child_process': /./,
  '@actions/exec': /./,
  '@actions/http-client': /./,
  '@actions/core': /^getIDToken$/,
  '@actions/github': /^getOctokit$/,
  'https-proxy-agent': /./,
}
/** The function that starts processes for others, and the one that makes pools of connections. */
const OWN: Readonly<Record<string, RegExp>> = {
  'docker/exec.ts': /^execute$/,
  'shared/connections.ts': /^directAgents$/,
}
/** What everybody has. */
const GLOBALS = /^(?:fetch|WebSocket|EventSource)$/

// biome-ignore lint/suspicious/noExplicitAny: the parser's tree, of which a few members are read
type Node = any

const src = path.join(root, 'src')

/** What a file binds from which module: local name to module and imported name, `*` for all of it. */
function bindingsOf(tree: Node): Map<string, readonly [module: string, name: string]> {
  const bound = new Map<string, readonly [string, string]>()
  const bindPattern = (pattern: Node, module: string) => {
    if (pattern?.type === 'Identifier') bound.set(pattern.value, [module, '*'])
    for (const property of pattern?.type === 'ObjectPattern' ? pattern.properties : []) {
      const local = property.value?.value ?? property.key?.value
      bound.set(local, [module, property.key?.value])
    }
  }
  walk(tree, (node) => {
    if (node.type === 'ImportDeclaration' && !node.typeOnly) {
      for (const one of node.specifiers) {
        if (one.isTypeOnly) continue
        const whole = one.type !== 'ImportSpecifier'
        bound.set(one.local.value, [
          node.source.value,
          whole ? '*' : (one.imported?.value ?? one.local.value),
        ])
      }
    }
    if (node.type === 'VariableDeclarator') {
      const module = importedBy(node.init?.type === 'AwaitExpression' ? node.init.argument : node.init)
      if (module !== null) bindPattern(node.id, module)
    }
  })
  return bound
}

/** The module of `import('…')`, also within parentheses or an `await`; null if it is none. */
function importedBy(node: Node): string | null {
  if (node?.type === 'ParenthesisExpression') return importedBy(node.expression)
  if (node?.type === 'AwaitExpression') return importedBy(node.argument)
  if (node?.type !== 'CallExpression' || node.callee?.type !== 'Import') return null
  return node.arguments[0]?.expression?.value ?? null
}

function walk(node: Node, visit: (node: Node) => void): void {
  if (Array.isArray(node)) for (const one of node) walk(one, visit)
  else if (typeof node === 'object' && node !== null) {
    if (typeof node.type === 'string') visit(node)
    for (const [name, value] of Object.entries(node)) if (name !== 'span') walk(value, visit)
  }
}

interface File {
  readonly file: string
  /** What waits, each once. */
  readonly waits: readonly string[]
  /** The files of src/ that it imports, values only. */
  readonly imports: readonly string[]
  /** The limits that it reads. */
  readonly limits: ReadonlySet<string>
  /** The names of what it sets to a duration, or a number of attempts, of its own. */
  readonly amounts: readonly string[]
}

const DURATION = /Ms$|_MS$|timeout$|^attempts$/i
const WAITERS = /^(?:sleep|setTimeout|setInterval|timeout)$/

/** The numbers in a value, if it is made of nothing else: `5 * 60_000`, `[25, 75]`. */
function numbersIn(node: Node): Node[] {
  if (node?.type === 'NumericLiteral') return [node]
  if (node?.type === 'BinaryExpression') {
    const [left, right] = [numbersIn(node.left), numbersIn(node.right)]
    return left.length > 0 && right.length > 0 ? [...left, ...right] : []
  }
  return node?.type === 'ArrayExpression'
    ? node.elements.flatMap((one: Node) => numbersIn(one?.expression))
    : []
}

/** The name of what a node sets to an amount; null if it sets none. A counter that begins with 0 or 1 is none. */
function amountIn(node: Node): string | null {
  const [name, value] =
    node.type === 'VariableDeclarator'
      ? [node.id?.value, node.init]
      : node.type === 'KeyValueProperty'
        ? [node.key?.value, node.value]
        : node.type === 'AssignmentPattern'
          ? [node.left?.value, node.right]
          : node.type === 'CallExpression'
            ? [node.callee?.property?.value ?? node.callee?.value, node.arguments.at(-1)?.expression]
            : [null, null]
  const numbers = numbersIn(value)
  if (typeof name !== 'string' || !numbers.some((one) => one.value > 1)) return null
  if (node.type === 'CallExpression') return WAITERS.test(name) ? name : null
  const inThousands = numbers.some(({ raw }) => /_000$/.test(raw ?? ''))
  return DURATION.test(name) || inThousands ? name : null
}

/** @param file relative to src/ */
function read(file: string, text: string): File {
  const tree = parseSync(text, { syntax: 'typescript', target: 'es2022' }) as Node
  const bound = bindingsOf(tree)
  const within = (module: string) =>
    module.startsWith('.') ? path.posix.join(path.posix.dirname(file), module) : module
  const waits = new Set<string>()
  const imports = new Set<string>()
  const limits = new Set<string>()
  const amounts: string[] = []
  const isOutward = (module: string, name: string) =>
    Boolean(OUTWARD[module]?.test(name) || OWN[within(module)]?.test(name))
  const judge = (node: Node): void => {
    if (node?.type === 'ParenthesisExpression') judge(node.expression)
    if (node?.type === 'ConditionalExpression') [node.consequent, node.alternate].forEach(judge)
    if (node?.type === 'Identifier') {
      const [module, name] = bound.get(node.value) ?? [null, '']
      if (module === null && GLOBALS.test(node.value)) waits.add(node.value)
      if (module !== null && name !== '*' && isOutward(module, name)) waits.add(`${module} ${name}`)
    }
  }
  /** The modules that an object can be: of `(secure ? https : http)`, both. */
  const modulesOf = (node: Node): string[] => {
    if (node?.type === 'ParenthesisExpression') return modulesOf(node.expression)
    if (node?.type === 'ConditionalExpression') return [node.consequent, node.alternate].flatMap(modulesOf)
    const dynamic = importedBy(node)
    if (dynamic !== null) return [dynamic]
    const [module, name] = bound.get(node?.type === 'Identifier' ? node.value : '') ?? [null, '']
    return module !== null && name === '*' ? [module] : []
  }
  walk(tree, (node) => {
    const amount = amountIn(node)
    if (amount !== null) amounts.push(amount)
    if (node.type === 'CallExpression' || node.type === 'NewExpression') judge(node.callee)
    // A class that extends an agent opens its connections.
    if (node.type === 'ClassDeclaration' || node.type === 'ClassExpression') judge(node.superClass)
    if (node.type === 'MemberExpression') {
      const property = node.property?.value ?? ''
      for (const module of modulesOf(node.object))
        if (isOutward(module, property)) waits.add(`${module} ${property}`)
      if (node.object?.value === 'process' && property === 'stdin') waits.add('process.stdin')
      if (node.object?.value === 'LIMITS') limits.add(property)
    }
    if (node.type === 'NewExpression' && /^[A-Z]\w*Client$/.test(node.callee?.value ?? '')) {
      const [module = ''] = bound.get(node.callee.value) ?? []
      if (!module.startsWith('.')) waits.add(`new ${node.callee.value}`)
    }
    // Whoever takes a stream apart waits for it.
    if (node.type === 'MemberExpression' && node.property?.expression?.property?.value === 'asyncIterator')
      waits.add('Symbol.asyncIterator')
    if (node.type === 'ForOfStatement' && node.await === true) waits.add('for await')
    const module = node.type === 'ImportDeclaration' && !node.typeOnly ? node.source.value : importedBy(node)
    if (typeof module === 'string' && module.startsWith('.')) imports.add(within(module))
  })
  return { file, waits: [...waits].sort(), imports: [...imports], limits, amounts }
}

const files = new Map(
  readdirSync(src, { recursive: true, encoding: 'utf8' })
    .map((file) => file.split(path.sep).join('/'))
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
    .map((file) => [file, read(file, readFileSync(path.join(src, file), 'utf8'))] as const),
)

/** Whether a file imports another one, directly or by others. */
function reaches(from: string, to: string): boolean {
  const seen = new Set([from])
  for (const file of seen) for (const next of files.get(file)?.imports ?? []) seen.add(next)
  return seen.has(to)
}

const waiting = [...files.values()].filter(({ waits }) => waits.length > 0)

test.each([
  ["import http from 'node:http'; http.get('x')", ['node:http get']],
  [
    "import http from 'node:http'; import https from 'node:https'; (s ? https : http).request(u)",
    ['node:http request', 'node:https request'],
  ],
  ["import { STATUS_CODES } from 'node:http'; STATUS_CODES[200]", []],
  ["import type { Agent } from 'node:http'; let a: Agent", []],
  ["import http from 'node:http'; class A extends http.Agent {}", ['node:http Agent']],
  ["import { connect } from 'node:net'; connect(1)", ['node:net connect']],
  ["import { isIP } from 'node:net'; isIP('x')", []],
  ["const { connect } = await import('node:tls'); connect(1)", ['node:tls connect']],
  ["import { spawn as start } from 'node:child_process'; start('x')", ['node:child_process spawn']],
  ["import * as exec from '@actions/exec'; exec.exec('x')", ['@actions/exec exec']],
  [
    "import * as core from '@actions/core'; const world = { idToken: core.getIDToken }",
    ['@actions/core getIDToken'],
  ],
  ["import * as core from '@actions/core'; core.info('x')", []],
  ["(await import('@actions/github')).getOctokit(token)", ['@actions/github getOctokit']],
  ["const { STSClient } = await import('@aws-sdk/client-sts'); new STSClient({})", ['new STSClient']],
  ["import { AuthClient } from './auth-client.ts'; new AuthClient()", []],
  ["import { execute } from '../docker/exec.ts'; await execute('git', [])", ['../docker/exec.ts execute']],
  ['await fetch(url)', ['fetch']],
  ['process.stdin.on("data", f)', ['process.stdin']],
  ['for await (const part of body) f(part)', ['for await']],
] as const)('a wait is found, and nothing else: %s', (text, waits) => {
  expect(read('runner/x.ts', text).waits).toEqual([...waits].sort())
})

describe('a wait for something outside of this process', () => {
  test('is in the list', () => {
    const found = waiting.map(({ file, waits }) => `${file}: ${waits.join(', ')}`)
    const listed = { ...WAITS, ...LIMITED_BY_CALLERS }
    expect(found.filter((line) => !Object.hasOwn(listed, line.split(':')[0] as string))).toEqual([])
  })

  test('is where the list says', () => {
    const known = waiting.map(({ file }) => file)
    const listed = Object.keys({ ...WAITS, ...LIMITED_BY_CALLERS })
    expect(listed.filter((file) => !known.includes(file))).toEqual([])
  })

  test.each(Object.entries(WAITS))('%s has its limits', (file, limits) => {
    expect(Object.keys(limits)).not.toEqual([])
    for (const [limit, where] of Object.entries(limits)) {
      const applies = where === 'here' ? file : where
      expect({ limit, applies, used: files.get(applies)?.limits.has(limit) }).toEqual({
        limit,
        applies,
        used: true,
      })
      expect({ file, imports: applies, yes: reaches(file, applies) }).toEqual({
        file,
        imports: applies,
        yes: true,
      })
    }
  })
})

test.each(Object.entries(LIMITED_BY_CALLERS))('each caller of %s gives a limit', (file, member) => {
  expect(readFileSync(path.join(src, file), 'utf8')).toMatch(member)
})

/** Durations and counts that are none of this step's limits, by file. */
const NO_LIMITS: Readonly<Record<string, string>> = {
  // Pauses between two attempts or looks, of which there is an end elsewhere.
  'shared/retry.ts': 'firstMs longestMs',
  'shared/seen-requests.ts': 'LOOK_MS',
  'sigstore/referrer.ts': 'firstMs longestMs',
  'shared/processes.ts': 'CHECK_MS',
  'delivery/read-back.ts': 'firstMs longestMs',
  'docker/failures/retry.ts': 'firstMs longestMs',
  'docker/login/config.ts': 'firstMs longestMs',
  'ecr/private/settings.ts': 'firstMs longestMs',
  'after-push/polling.ts': 'firstMs longestMs',
  // Defaults of inputs, and the highest value of them.
  'inputs/after-push.ts': 'SCAN_TIMEOUT REPLICATION_TIMEOUT SIGNING_TIMEOUT LONGEST_TIMEOUT',
  // What GitHub takes of a report.
  'after-push/sarif.ts': 'gzippedBytes',
  // A day is a day.
  'metadata/dates.ts': 'DAY',
  // How long a token of ECR is valid, and what is left of one.
  'docker/login/kept-login.ts': 'LOGIN_LIFETIME_MS',
  'ecr/tokens.ts': 'TOKEN_LIFETIME_MS SHORTEST_MS LITTLE_MS RENEWED_LATELY_MS',
}

test('a number of milliseconds, seconds or attempts is a limit, and among all others', () => {
  const found = [...files.values()].flatMap(({ file, amounts }) =>
    file === 'shared/limits.ts' || amounts.length === 0 ? [] : [[file, amounts.join(' ')]],
  )
  expect(Object.fromEntries(found)).toEqual(NO_LIMITS)
})

test.each([
  ['const WAIT_MS = 5 * 60_000', ['WAIT_MS']],
  ['const PAUSES_MS = [25, 75]', ['PAUSES_MS']],
  ['const GRACE = 15_000', ['GRACE']],
  ['const DEADLINES = { askedMs: 4000 }', ['askedMs']],
  ['const POLICY = { attempts: 4, sleep }', ['attempts']],
  ['function f(waitMs = 500) {}', ['waitMs']],
  ['sleep(500)', ['sleep']],
  ['setTimeout(f, 2_000)', ['setTimeout']],
  ['AbortSignal.timeout(3000)', ['timeout']],
  ['run({ timeout: 3000 })', ['timeout']],
  ['class A { #waitedMs = 0 }; let attempts = 1; const all = LIMITS.connectMs', []],
  ['setTimeout(f, LIMITS.connectMs); const minutes = ms / 60_000', []],
] as const)('an amount is found, and nothing else: %s', (text, amounts) => {
  expect(read('runner/x.ts', text).amounts).toEqual(amounts)
})

test('every limit is used', () => {
  const used = new Set([...files.values()].flatMap(({ limits }) => [...limits]))
  expect(Object.keys(DOCUMENTED_LIMITS).filter((name) => !used.has(name))).toEqual([])
})
