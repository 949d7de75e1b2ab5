import { setTimeout as sleep } from 'node:timers/promises'
import { accessDenied, EcrError, tokenExpired } from '../store/errors.ts'
import { PUBLIC } from '../store/store.ts'

/** `connection` is a TLS handshake with a registry's own name: what comes before any request. */
export type Side = 'api' | 'registry' | 'connection'

/** What a request is known by; a registry request has the operation whose permission it needs. */
export interface Subject {
  readonly side: Side
  readonly operation: string
  readonly account: string
  readonly region: string
  readonly method?: string
  readonly path?: string
  readonly repository?: string
  /** The ARN; for a request that nobody signed, that of the role it asks for. */
  readonly caller?: string
  readonly userAgent?: string
}

export interface Match {
  readonly side?: Side
  readonly operation?: string
  readonly method?: string
  /** A string is looked for anywhere in the path. */
  readonly path?: RegExp | string
  readonly repository?: string
  readonly account?: string
  readonly region?: string
  /** Looked for anywhere in the ARN. */
  readonly caller?: string
  /** Looked for anywhere in what the client calls itself. */
  readonly userAgent?: string
}

export type Effect =
  | { readonly kind: 'error'; readonly name: string; readonly message: string; readonly status?: number }
  | { readonly kind: 'delay'; readonly ms: number }
  /** The connection ends; where nothing is said, before the request is read. */
  | { readonly kind: 'drop'; readonly when?: Broken }
  /** Nothing is answered, and the connection stays open. */
  | { readonly kind: 'hang' }
  /** The registry's token of the request has come to its end, as if its time were over. */
  | { readonly kind: 'expire' }
  /** Text in the API's answer is another: a host that has no address, a digest that is wrong. */
  | { readonly kind: 'rewrite'; readonly find: string; readonly replace: string }
  | { readonly kind: 'throttle' }
  | { readonly kind: 'deny' }
  | {
      readonly kind: 'status'
      readonly status: number
      readonly body?: string
      readonly headers?: Record<string, string>
    }

/**
 * Where a connection ends: in the middle of the request's body; when the request was carried out, with no word of
 * it; or in the middle of the answer.
 */
export type Broken = 'in the request' | 'before the answer' | 'in the answer'

export interface Order {
  readonly match: Match
  /** How many requests it meets; one, where nothing is said. `Infinity` is every one. */
  readonly times?: number
  readonly effect: Effect
}

/** The connection ends without a whole answer. */
export class Dropped extends Error {
  readonly when: Broken | undefined

  constructor(when?: Broken) {
    super('socket hang up')
    this.name = 'Dropped'
    this.when = when
    Object.assign(this, { code: 'ECONNRESET' })
  }
}

/** What waits for a request that is carried out. */
export interface Met {
  readonly broken?: Broken
  readonly rewrite?: (answer: string) => string
}

/** An answer that is given as it stands. */
export class Verbatim extends Error {
  readonly status: number
  readonly body: string
  readonly headers: Record<string, string>
  /** What the record calls it. */
  readonly label: string

  constructor(status: number, body = '', headers: Record<string, string> = {}, label = `Status${status}`) {
    super(`status ${status}`)
    this.name = 'Verbatim'
    this.label = label
    this.status = status
    this.body = body
    this.headers = headers
  }
}

interface Entry {
  readonly order: Order
  left: number
  met: number
}

/** What was ordered together. */
export interface Ordered {
  /** Requests that were met. */
  readonly met: number
  /** Orders that were not met as often as they say; at least once, where that is every time. */
  readonly pending: number
  /** Takes the orders back, and ends the connections of requests that hang for them. */
  withdraw(): void
}

/** Failures on order. An order meets the requests it matches, in the order in which orders were given. */
export class Faults {
  #orders: Entry[] = []
  readonly #hanging = new Map<() => void, Entry>()

  order(...orders: Order[]): Ordered {
    const entries = orders.map((order) => ({ order, left: order.times ?? 1, met: 0 }))
    this.#orders.push(...entries)
    return {
      get met() {
        return entries.reduce((sum, { met }) => sum + met, 0)
      },
      get pending() {
        return entries.filter(({ left, met }) => (left === Infinity ? met === 0 : left > 0)).length
      },
      withdraw: () => this.#end((entry) => entries.includes(entry)),
    }
  }

  /** Forgets the orders, and ends the connections of requests that hang. */
  clear(): void {
    this.#end(() => true)
  }

  #end(which: (entry: Entry) => boolean): void {
    this.#orders = this.#orders.filter((entry) => !which(entry))
    for (const [end, entry] of this.#hanging) {
      if (!which(entry)) continue
      this.#hanging.delete(end)
      end()
    }
  }

  /** Orders that no request has met yet: a test can require that there are none. */
  get pending(): readonly Order[] {
    return this.#orders.filter(({ left }) => left > 0 && left !== Infinity).map(({ order }) => order)
  }

  /**
   * Meets a request: waits for the delays that match, then throws what the first other order says.
   * @returns what is to come after the request was carried out
   */
  async meet(subject: Subject, arn: string, resource: string, expire = () => {}): Promise<Met> {
    const { delay, entry } = this.#take(subject)
    if (delay > 0) await sleep(delay)
    if (entry === undefined) return {}
    const effect = entry.order.effect as Exclude<Effect, { kind: 'delay' }>
    if (effect.kind === 'drop' && effect.when !== undefined) return { broken: effect.when }
    if (effect.kind === 'rewrite')
      return { rewrite: (answer) => answer.replaceAll(effect.find, effect.replace) }
    if (effect.kind === 'hang') {
      await new Promise<void>((end) => this.#hanging.set(end, entry))
    }
    if (effect.kind === 'expire') expire()
    throw failureOf(effect, subject, arn, resource)
  }

  #take(subject: Subject): { delay: number; entry?: Entry } {
    let delay = 0
    for (const entry of this.#orders) {
      if (!matches(entry.order.match, subject)) continue
      entry.left -= 1
      entry.met += 1
      this.#orders = this.#orders.filter(({ left }) => left > 0)
      const { effect } = entry.order
      if (effect.kind !== 'delay') return { delay, entry }
      delay += effect.ms
    }
    return { delay }
  }
}

function matches(match: Match, subject: Subject): boolean {
  // A request's orders are not met by the handshake before it.
  if (subject.side === 'connection' && match.side !== 'connection') return false
  const { path, caller, userAgent, ...plain } = match
  const said = Object.entries(plain) as [Exclude<keyof Match, 'path'>, string | undefined][]
  if (said.some(([member, value]) => value !== undefined && subject[member] !== value)) return false
  if (caller !== undefined && !(subject.caller ?? '').includes(caller)) return false
  if (userAgent !== undefined && !(subject.userAgent ?? '').includes(userAgent)) return false
  if (path === undefined) return true
  return path instanceof RegExp ? path.test(subject.path ?? '') : (subject.path ?? '').includes(path)
}

function failureOf(
  effect: Exclude<Effect, { kind: 'delay' | 'rewrite' }>,
  subject: Subject,
  arn: string,
  resource: string,
) {
  switch (effect.kind) {
    case 'error':
      return new EcrError(effect.name, effect.message, effect.status)
    case 'drop':
    case 'hang':
      return new Dropped()
    case 'expire':
      return tokenExpired()
    case 'throttle':
      return new EcrError('ThrottlingException', 'Rate exceeded', subject.side === 'api' ? 400 : 429)
    case 'deny':
      return accessDenied(
        arn,
        `${subject.region === PUBLIC ? 'ecr-public' : 'ecr'}:${subject.operation}`,
        resource,
      )
    case 'status':
      return new Verbatim(effect.status, effect.body, effect.headers)
  }
}
