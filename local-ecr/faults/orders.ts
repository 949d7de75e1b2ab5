/** Which part of the local ECR is asked. `connection` is the TLS handshake with a registry, before any request. */
export type Side = 'api' | 'registry' | 'connection'

/** What is known of a request. A registry request has the API operation whose permission it needs. */
export interface Subject {
  readonly side: Side
  readonly operation: string
  readonly account: string
  readonly region: string
  readonly method?: string
  readonly path?: string
  readonly repository?: string
  /** The caller's ARN; for an unsigned request, the ARN of the role that it asks for. */
  readonly caller?: string
  readonly userAgent?: string
}

/** Which requests an order applies to: those that every given member matches. */
export interface Match {
  readonly side?: Side
  readonly operation?: string
  readonly method?: string
  /** A string matches anywhere in the path. */
  readonly path?: RegExp | string
  readonly repository?: string
  readonly account?: string
  readonly region?: string
  /** Matches anywhere in the ARN. */
  readonly caller?: string
  /** Matches anywhere in the User-Agent header. */
  readonly userAgent?: string
}

/** What happens to a request. */
export type Effect =
  /** The API's exception, or the registry's error for it. */
  | { readonly kind: 'error'; readonly name: string; readonly message: string; readonly status?: number }
  /** The request waits before it is carried out, or before the next order applies to it. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** The connection ends; without `when`, before the request is read. */
  | { readonly kind: 'drop'; readonly when?: DropPoint }
  /**
   * Silence, and the connection stays open until the order is withdrawn; without `when`, before the request is read.
   */
  | { readonly kind: 'hang'; readonly when?: StallPoint }
  /** The same, but a small piece comes each `everyMs`: an interim answer (102), a header, or a byte of the body. */
  | { readonly kind: 'drip'; readonly everyMs: number; readonly when: StallPoint }
  /** The answer is 200, and its body has no end; of the API only. */
  | { readonly kind: 'endless' }
  /** The request's registry token expires. */
  | { readonly kind: 'expire' }
  /** The API's answer with another text in it, for example a host that does not exist. */
  | { readonly kind: 'rewrite'; readonly find: string; readonly replace: string }
  /** The API's ThrottlingException, or the registry's 429. */
  | { readonly kind: 'throttle' }
  /** IAM's AccessDeniedException for the operation, or the registry's 403. */
  | { readonly kind: 'deny' }
  /** An answer of this status, as a proxy may give it. */
  | {
      readonly kind: 'status'
      readonly status: number
      readonly body?: string
      /** Bytes in place of `body`, as base64: for a body that is no text. */
      readonly bodyBase64?: string
      readonly headers?: Record<string, string>
    }

/**
 * Where a connection ends: in the middle of the request's body; after the request was carried out, without an answer;
 * or in the middle of the answer.
 */
export type DropPoint = 'in the request' | 'before the answer' | 'in the answer'

/**
 * Where an answer stops: after the request was carried out, without an answer; in the answer's headers; or in the middle
 * of its body, or in the headers of an answer without one.
 */
export type StallPoint = 'before the answer' | 'in the headers' | 'in the answer'

/** An order for a fault. */
export interface Order {
  readonly match: Match
  /** How many requests it applies to; by default one. `Infinity` is all of them. */
  readonly times?: number
  readonly effect: Effect
}

/** Says what is wrong with a value; undefined if it is right. */
type Check = (value: unknown) => string | undefined
type Members = Readonly<Record<string, { readonly check: Check; readonly required?: true }>>

const oneOf =
  (...values: string[]): Check =>
  (value) =>
    values.includes(value as string) ? undefined : `must be one of ${values.join(', ')}`
const text: Check = (value) => (typeof value === 'string' ? undefined : 'must be a string')
const whole =
  (min: number, max = Number.MAX_SAFE_INTEGER): Check =>
  (value) =>
    Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max
      ? undefined
      : `must be a whole number ${max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`}`
const texts: Check = (value) =>
  isObject(value) && Object.values(value).every((one) => typeof one === 'string')
    ? undefined
    : 'must be an object of strings'

const status = { check: whole(200, 599) }
const required = true as const
const stallPoint = oneOf('before the answer', 'in the headers', 'in the answer')

const EFFECTS: Readonly<Record<Effect['kind'], Members>> = {
  error: { name: { check: text, required }, message: { check: text, required }, status },
  delay: { ms: { check: whole(0), required } },
  drop: { when: { check: oneOf('in the request', 'before the answer', 'in the answer') } },
  hang: { when: { check: stallPoint } },
  drip: { everyMs: { check: whole(1), required }, when: { check: stallPoint, required } },
  endless: {},
  expire: {},
  rewrite: { find: { check: text, required }, replace: { check: text, required } },
  throttle: {},
  deny: {},
  status: {
    status: { ...status, required },
    body: { check: text },
    bodyBase64: { check: text },
    headers: { check: texts },
  },
}

const MATCH: Members = {
  side: { check: oneOf('api', 'registry', 'connection') },
  ...Object.fromEntries(
    ['operation', 'method', 'path', 'repository', 'account', 'region', 'caller', 'userAgent'].map((name) => [
      name,
      { check: text },
    ]),
  ),
}

/**
 * Orders from JSON: one, or a list. JSON has no `Infinity`, so `"times": "always"` is all requests.
 * @throws Error that names the first member that is wrong, and what is allowed
 */
export function readOrders(given: unknown): Order[] {
  return (Array.isArray(given) ? given : [given]).map((order: unknown, index) => {
    const at = Array.isArray(given) ? `[${index}].` : ''
    const {
      match = {},
      effect,
      times = 1,
    } = checked(order, at, {
      match: { check: () => undefined },
      effect: { check: () => undefined, required },
      times: {
        check: (value) => (value === 'always' ? undefined : whole(1)(value)?.concat(', or "always"')),
      },
    })
    const { kind } = checked(effect, `${at}effect.`)
    const problem = oneOf(...Object.keys(EFFECTS))(kind)
    if (problem !== undefined) throw new Error(`${at}effect.kind ${problem}`)
    checked(effect, `${at}effect.`, { kind: { check: text }, ...EFFECTS[kind as Effect['kind']] })
    checked(match, `${at}match.`, MATCH)
    return {
      match: match as Match,
      effect: effect as Effect,
      times: times === 'always' ? Infinity : (times as number),
    }
  })
}

/** An object that has only these members, all right; any members if none are given. */
function checked(value: unknown, at: string, members?: Members): Record<string, unknown> {
  if (!isObject(value)) throw new Error(`${at.replace(/\.$/, '') || 'an order'} must be an object`)
  if (members === undefined) return value
  for (const name of Object.keys(value))
    if (!Object.hasOwn(members, name))
      throw new Error(`${at}${name} is not known; known: ${Object.keys(members).join(', ')}`)
  for (const [name, { check, required }] of Object.entries(members)) {
    if (value[name] === undefined && !required) continue
    const problem = value[name] === undefined ? 'is missing' : check(value[name])
    if (problem !== undefined) throw new Error(`${at}${name} ${problem}`)
  }
  return value
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
